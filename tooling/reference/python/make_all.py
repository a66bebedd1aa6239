"""Makes fixtures again: all that carry their own weights, or, with --nano DIR, those of the nano checkpoint in DIR.

    python make_all.py                                  after a change of a script or of the pinned reference
    python make_all.py --nano ../../../packages/nano/model    after a change of the nano weights
"""
import argparse
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def run(*command):
    subprocess.run([sys.executable, os.path.join(HERE, command[0]), *command[1:]], check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nano", metavar="DIR")
    options = parser.parse_args()
    if options.nano:
        run("make_image_goldens.py", "--model", options.nano, "--name", "nano")
        run("make_generate_goldens.py", "--model", options.nano, "--name", "generate-nano")
        return
    run("make_image_goldens.py")
    run("make_processor_goldens.py")
    run("make_generate_goldens.py")
    run("make_video_goldens.py")


if __name__ == "__main__":
    main()
