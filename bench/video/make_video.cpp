// SPDX-License-Identifier: Apache-2.0
/// \file Repeats a video until it has so many frames: bench_make_video IN OUT.avi FRAMES
#include <cstdio>
#include <cstdlib>

#include <opencv2/videoio.hpp>

int main(int argc, char** argv) {
    if (argc != 4) {
        std::fputs("usage: bench_make_video IN OUT.avi FRAMES\n", stderr);
        return 2;
    }
    const int frames = std::atoi(argv[3]);
    cv::VideoWriter writer;
    cv::VideoCapture reader(argv[1]);
    cv::Mat frame;
    for (int written = 0; written < frames;) {
        if (!reader.read(frame)) {
            if (written == 0) break;
            reader.open(argv[1]);
            continue;
        }
        if (!writer.isOpened()) {
            writer.open(argv[2], cv::VideoWriter::fourcc('M', 'J', 'P', 'G'), 25, frame.size());
        }
        if (!writer.isOpened()) break;
        writer.write(frame);
        ++written;
        if (written == frames) return 0;
    }
    std::fprintf(stderr, "cannot read '%s' or write '%s'\n", argv[1], argv[2]);
    return 1;
}
