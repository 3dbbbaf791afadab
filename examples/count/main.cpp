// SPDX-License-Identifier: Apache-2.0
// Counts who crosses the middle of a picture, and who is in its lower left quarter: count MODEL SOURCE
// Prints each crossing, and the counts at the end. Regions may also come from a file: yolo::read_regions.
#include <cstdio>
#include <vector>

#include <yolo/yolo.hpp>

namespace {

std::vector<yolo::Region> regions() {
    yolo::Region line;
    line.name = "middle";
    line.points = {{0.0F, 0.5F}, {1.0F, 0.5F}};  // shares of the picture; "in" is downwards
    yolo::Region corner;
    corner.name = "corner";
    corner.points = {{0.0F, 0.5F}, {0.5F, 0.5F}, {0.5F, 1.0F}, {0.0F, 1.0F}};
    corner.anchor = yolo::RegionAnchor::center;
    return {line, corner};
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fputs("usage: count MODEL SOURCE\n", stderr);
        return 2;
    }
    try {
        yolo::Model model(argv[1]);
        yolo::RegionCounter counter(regions());

        for (const yolo::Result& result : model.track(argv[2])) {
            const auto& counts = counter.update(result, result.seconds);
            for (const yolo::Crossing& crossing : counter.crossings()) {
                std::printf("%.1f s: %s %d goes %s %s\n", result.seconds,
                            result.name(crossing.class_id).c_str(), crossing.track_id,
                            crossing.in ? "into" : "out of", counts[crossing.region].name.c_str());
            }
        }
        for (const yolo::RegionCounts& counts : counter.counts()) {
            std::printf("%s: %d in, %d out", counts.name.c_str(), counts.all.in, counts.all.out);
            if (!counts.is_line())
                std::printf(", %d inside, %.1f s in the mean", counts.all.inside, counts.mean_seconds);
            std::printf("\n");
        }
    } catch (const yolo::Error& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    return 0;
}
