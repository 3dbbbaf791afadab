// SPDX-License-Identifier: Apache-2.0
// Prints what a model finds: predict MODEL.pt PICTURE_OR_FOLDER_OR_VIDEO
#include <cstdio>

#include <yolo/yolo.hpp>

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fputs("usage: predict MODEL SOURCE\n", stderr);
        return 2;
    }
    try {
        yolo::Model model(argv[1]);
        for (const yolo::Result& result : model.predict(argv[2], {.conf = 0.3F})) {
            std::printf("%s: %s\n", result.path.c_str(), result.verbose().c_str());
            for (const yolo::Box& box : result.boxes) {
                std::printf("  %s %.2f at (%.0f, %.0f) - (%.0f, %.0f)\n", result.name(box.class_id).c_str(),
                            static_cast<double>(box.confidence), static_cast<double>(box.x1),
                            static_cast<double>(box.y1), static_cast<double>(box.x2),
                            static_cast<double>(box.y2));
            }
        }
    } catch (const yolo::Error& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    return 0;
}
