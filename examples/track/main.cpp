// SPDX-License-Identifier: Apache-2.0
// Follows objects through a video, a stream or a folder of frames: track MODEL SOURCE [TRACKER.yaml]
// Prints a line when an object comes, and at the end how long each one was seen and how far it went.
#include <cmath>
#include <cstdio>
#include <map>
#include <string>

#include <yolo/yolo.hpp>

namespace {

struct Path {
    std::string name;
    double first = 0, last = 0;  // seconds
    double pixels = 0;
    float x = 0, y = 0;  // where it was last
};

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3 || argc > 4) {
        std::fputs("usage: track MODEL SOURCE [TRACKER.yaml]\n", stderr);
        return 2;
    }
    try {
        yolo::Model model(argv[1]);
        yolo::TrackOptions options;
        options.tracker.file = argc > 3 ? argv[3] : "botsort.yaml";

        std::map<int, Path> paths;  // by the object's number
        int frames = 0;
        for (const yolo::Result& result : model.track(argv[2], options)) {
            ++frames;
            for (const yolo::Box& box : result.boxes) {
                if (box.track_id < 0) continue;  // found, but not followed
                const float x = (box.x1 + box.x2) / 2, y = (box.y1 + box.y2) / 2;
                const auto [place, is_new] = paths.try_emplace(box.track_id);
                Path& path = place->second;
                if (is_new) {
                    path = {result.name(box.class_id), result.seconds, 0, 0, x, y};
                    std::printf("%.2f s: %s %d comes\n", result.seconds, path.name.c_str(), box.track_id);
                }
                path.pixels += std::hypot(static_cast<double>(x - path.x), static_cast<double>(y - path.y));
                path.last = result.seconds;
                path.x = x;
                path.y = y;
            }
        }
        for (const auto& [id, path] : paths)
            std::printf("%s %d: %.2f s to %.2f s, %.0f pixels\n", path.name.c_str(), id, path.first,
                        path.last, path.pixels);
        std::printf("%d frames, %zu objects\n", frames, paths.size());
    } catch (const yolo::Error& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    return 0;
}
