// SPDX-License-Identifier: Apache-2.0
// The same on a cv::Mat, as a program has it that reads its pictures with OpenCV: predict_matrix MODEL.pt
#include <cstdio>

#include <opencv2/imgproc.hpp>

#include <yolo/opencv.hpp>
#include <yolo/yolo.hpp>

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fputs("usage: predict_matrix MODEL\n", stderr);
        return 2;
    }
    try {
        cv::Mat picture(480, 640, CV_8UC3, cv::Scalar(40, 80, 120));
        cv::circle(picture, {320, 240}, 100, {200, 220, 240}, cv::FILLED);
        yolo::Model model(argv[1]);
        const yolo::Result result = model.predict(yolo::view(picture));
        const yolo::Image annotated = result.plot();
        const cv::Mat drawn = yolo::matrix(annotated);
        std::printf("%dx%d: %s\n", drawn.cols, drawn.rows, result.verbose().c_str());
    } catch (const yolo::Error& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    return 0;
}
