// SPDX-License-Identifier: Apache-2.0
/// \file Tables of costs and their pairs.
#include <map>

#include <gtest/gtest.h>

#include "core/assignment.hpp"
#include "support/golden_case.hpp"
#include "track/overlaps.hpp"

namespace yolo::track {
namespace {

using Pairs = std::map<std::int64_t, std::int64_t>;

Pairs stored_pairs(const test::StoredTensor& stored) {
    Pairs pairs;
    const auto values = stored.as<std::int64_t>();
    for (std::size_t i = 0; i + 1 < values.size(); i += 2) pairs[values[i]] = values[i + 1];
    return pairs;
}

std::vector<image::Box4> boxes_of(const test::GoldenCase& golden, const std::string& name) {
    std::vector<image::Box4> boxes;
    const auto values = golden.floats(name);
    for (std::size_t i = 0; i + 3 < values.size(); i += 4)
        boxes.push_back({values[i], values[i + 1], values[i + 2], values[i + 3]});
    return boxes;
}

void compare_table(const test::GoldenCase& golden, const std::string& number) {
    const auto tracks = boxes_of(golden, "tracks" + number), found = boxes_of(golden, "detections" + number);
    const auto scores = golden.floats("scores" + number), plain = golden.floats("iou_cost" + number);
    const auto fused = golden.floats("fused_cost" + number);
    std::vector<std::vector<double>> costs(tracks.size(), std::vector<double>(found.size()));
    for (std::size_t t = 0; t < tracks.size(); ++t) {
        for (std::size_t d = 0; d < found.size(); ++d) {
            const float shared = box_overlap(tracks[t], found[d]);
            EXPECT_NEAR(1 - shared, plain[t * found.size() + d], 1e-6);
            costs[t][d] = 1 - shared * scores[d];
            EXPECT_NEAR(costs[t][d], fused[t * found.size() + d], 1e-6);
        }
    }
    const std::string prefix = "pairs" + number + "_at";
    for (const auto& [name, stored] : golden.tensors) {
        if (!name.starts_with(prefix)) continue;
        const double limit = std::stod(name.substr(prefix.size()));
        SparseCosts possible(found.size());
        for (const auto& row : costs) {
            for (std::size_t d = 0; d < row.size(); ++d) possible.add(static_cast<int>(d), row[d]);
            possible.end_row();
        }
        const auto columns = assign(possible, limit);
        Pairs pairs;
        for (std::size_t t = 0; t < columns.size(); ++t) {
            if (columns[t] >= 0) pairs[static_cast<std::int64_t>(t)] = columns[t];
        }
        EXPECT_EQ(pairs, stored_pairs(stored)) << name;
    }
}

TEST(Matching, goldens) {
    YOLO_REQUIRE_GOLDEN("trackers");
    for (const test::GoldenCase& golden : test::golden_cases("trackers", "matching")) {
        for (int i = 0; golden.has("tracks" + std::to_string(i)); ++i) {
            SCOPED_TRACE(golden.name + " " + std::to_string(i));
            compare_table(golden, std::to_string(i));
        }
        const auto tracks = golden.floats("rotated_tracks"), found = golden.floats("rotated_detections");
        const auto costs = golden.floats("rotated_cost");
        const auto shape = [](const float* row) {
            return Shape{{}, image::box_gaussian({row[0], row[1], row[2], row[3], row[4]})};
        };
        for (std::size_t t = 0; t < tracks.size() / 5; ++t) {
            for (std::size_t d = 0; d < found.size() / 5; ++d) {
                EXPECT_NEAR(1 - overlap(shape(&tracks[5 * t]), shape(&found[5 * d]), true),
                            costs[t * (found.size() / 5) + d], 1e-4);
            }
        }
    }
}

}  // namespace
}  // namespace yolo::track
