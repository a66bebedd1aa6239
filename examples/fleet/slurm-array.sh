#!/bin/bash
# 8 parts of a batch as an array of Slurm, then one job that joins them:
#   ID=$(sbatch --parsable slurm-array.sh)
#   sbatch --dependency=afterany:$ID --wrap "sam2 batch merge $PWD/results"
#SBATCH --job-name=sam2
#SBATCH --array=0-7
#SBATCH --cpus-per-task=4
#SBATCH --mem=8G
#SBATCH --time=08:00:00
#SBATCH --requeue
#SBATCH --signal=TERM@60
set -euo pipefail

# SLURM_ARRAY_TASK_ID and SLURM_ARRAY_TASK_COUNT say which part this is. A part that is started again goes on where it was.
exec srun sam2 batch "${PHOTOS:-photos}" --out "${RESULTS:-results}" --shards 400 --threads "${SLURM_CPUS_PER_TASK:-4}"
