#!/bin/sh
# Makes the small videos of this folder (FFmpeg 5.1.9) that are not kept as they came from a report; make_expected.py writes what FFmpeg reads in all of them.
set -e
v="-v error -y -f lavfi"
s="testsrc=rate=10:size"
ffmpeg $v -i "$s=64x48:duration=0.6" -c:v libx264 -pix_fmt yuv422p -color_range pc -colorspace bt709 -bsf:v h264_metadata=video_full_range_flag=1:matrix_coefficients=1 full-range-422.mp4
ffmpeg $v -i "$s=63x47:duration=0.4" -c:v libvpx -pix_fmt yuv420p odd-vp8.webm
ffmpeg $v -i "$s=64x48:duration=0.6" -c:v libx264 -pix_fmt yuv444p full-chroma.mkv
ffmpeg $v -i "$s=64x48:duration=0.6" -c:v libx264 -bf 2 -pix_fmt yuv420p -movflags frag_keyframe+empty_moov fragmented.mp4
ffmpeg $v -i "$s=64x48:duration=0.6" -c:v libx264 -pix_fmt yuv420p plain.mov
for r in 90 270; do ffmpeg -v error -y -i plain.mov -c copy -metadata:s:v rotate=$r rotated-$r.mp4; done
ffmpeg $v -i "$s=64x48:duration=0.1" -c:v libx264 -pix_fmt yuv420p one-frame.mp4
ffmpeg $v -i "$s=64x48:duration=0.6" -c:v libvpx-vp9 -pix_fmt yuv420p -vf setsar=4/3 anamorphic.webm
ffmpeg $v -i "$s=64x48:duration=0.6" -c:v libx265 -pix_fmt yuv420p10le -tag:v hvc1 ten-bit-hevc.mp4
ffmpeg $v -i "$s=64x48:duration=0.3" -c:v libvpx-vp9 -pix_fmt yuv440p refused-440.webm
ffmpeg $v -i "$s=64x48:duration=0.3" -c:v libx265 -x265-params log-level=none -pix_fmt gbrp -tag:v hvc1 refused-rgb.mp4
# Cut inside of a group, whose next key frame comes before pictures that are shown before it.
ffmpeg $v -i "$s=64x48:duration=3" -c:v libx264 -g 10 -bf 3 -x264opts open-gop=1:b-adapt=0 -pix_fmt yuv420p -f mpegts whole.ts
tail -c +$((188 * 12 + 1)) whole.ts > open-gop-b-frames.m2ts
rm whole.ts
