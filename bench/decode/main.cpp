// SPDX-License-Identifier: Apache-2.0
/// \file bench_decode FOLDER: reads every JPEG and PNG below the folder with this library and with
/// cv::imread, in turn, and says whether the pixels are equal.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <vector>

#include <opencv2/imgcodecs.hpp>

#include "../timing.hpp"
#include "image/codec.hpp"

using yolo::bench::milliseconds_of;

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fputs("usage: bench_decode FOLDER\n", stderr);
        return 2;
    }
    constexpr int rounds = 5;
    double ours = 0, opencv = 0;
    int files = 0, different = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(argv[1])) {
        const auto suffix = entry.path().extension();
        if (suffix != ".jpg" && suffix != ".png") continue;
        double our_best = 1e9, opencv_best = 1e9;
        cv::Mat our_picture, opencv_picture;
        for (int i = 0; i < rounds; ++i) {
            our_best = std::min(
                our_best, milliseconds_of([&] { our_picture = yolo::image::read_image(entry.path()); }));
            opencv_best = std::min(
                opencv_best, milliseconds_of([&] { opencv_picture = cv::imread(entry.path().string()); }));
        }
        ours += our_best;
        opencv += opencv_best;
        ++files;
        const bool same = our_picture.size() == opencv_picture.size() &&
                          cv::norm(our_picture, opencv_picture, cv::NORM_INF) == 0;
        different += same ? 0 : 1;
    }
    std::printf("%d pictures, %d differ: ours %.1f ms, cv::imread %.1f ms, ratio %.2f\n", files, different,
                ours, opencv, ours / opencv);
    return different == 0 ? 0 : 1;
}
