// SPDX-License-Identifier: Apache-2.0
#include "train/losses/assigner.hpp"

#include <algorithm>
#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "image/box_forms.hpp"
#include "support/golden_case.hpp"
#include "train/losses/overlap_formulas.hpp"

namespace yolo::test {
namespace {

using train::AnchorGrid;
using train::AssignerOptions;
using train::Assignment;
using train::TargetObject;

/// Predictions and objects of one picture.
struct Scene {
    std::vector<AnchorGrid> grids;
    std::vector<TargetObject> objects;
    std::vector<std::array<float, 5>> boxes;
    std::vector<float> scores;  // (A, nc)
    int class_count = 1;

    float probability(int anchor, int class_id) const {
        return scores[static_cast<std::size_t>(anchor * class_count + class_id)];
    }
    std::vector<Assignment> assigned(const AssignerOptions& options) const {
        const auto candidates = train::find_candidates(grids, objects, options);
        return train::assign(candidates, objects,
                             {boxes, [this](int anchor, int c) { return probability(anchor, c); }}, options);
    }
};

std::array<float, 5> box_at(const std::vector<float>& values, std::size_t row, std::size_t width) {
    std::array<float, 5> box = {};
    std::copy_n(values.begin() + static_cast<std::ptrdiff_t>(row * width), width, box.begin());
    return box;
}

/// The levels behind a list of anchors and strides (pixels).
std::vector<AnchorGrid> grids_of(const std::vector<float>& points, const std::vector<float>& strides) {
    std::vector<AnchorGrid> grids;
    for (std::size_t i = 0; i < strides.size();) {
        std::size_t end = i, width = 0;
        while (end < strides.size() && strides[end] == strides[i]) {
            if (points[2 * end + 1] == points[2 * i + 1]) ++width;
            ++end;
        }
        grids.push_back(
            {static_cast<int>((end - i) / width), static_cast<int>(width), static_cast<int>(strides[i])});
        i = end;
    }
    return grids;
}

Scene golden_scene(const GoldenCase& golden, std::size_t picture) {
    const std::vector<float> strides = golden.floats("stride"), points = golden.floats("anchor_points");
    // "pixels" in the older cases' files are grid units; the row's own first point tells.
    std::vector<float> pixels = points;
    if (points[0] < strides[0] / 2) {
        for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] *= strides[i / 2];
    }
    const StoredTensor& stored = tensor(golden.tensors, "pred_boxes");
    const auto anchors = static_cast<std::size_t>(stored.shape[1]),
               width = static_cast<std::size_t>(stored.shape[2]);
    Scene scene;
    scene.grids = grids_of(pixels, strides);
    const std::vector<float> predicted = golden.floats("pred_boxes"), scores = golden.floats("pred_scores");
    for (std::size_t a = 0; a < anchors; ++a) {
        scene.boxes.push_back(box_at(predicted, picture * anchors + a, width));
    }
    scene.class_count = static_cast<int>(tensor(golden.tensors, "pred_scores").shape[2]);
    const std::size_t per_picture = anchors * static_cast<std::size_t>(scene.class_count);
    scene.scores.assign(scores.begin() + static_cast<std::ptrdiff_t>(picture * per_picture),
                        scores.begin() + static_cast<std::ptrdiff_t>((picture + 1) * per_picture));
    const auto objects = static_cast<std::size_t>(tensor(golden.tensors, "gt_boxes").shape[1]);
    const auto valid = tensor(golden.tensors, "gt_valid").as<std::uint8_t>();
    const std::vector<float> boxes = golden.floats("gt_boxes"), labels = golden.floats("gt_labels");
    for (std::size_t g = 0; g < objects; ++g) {
        const std::size_t row = picture * objects + g;
        if (valid[row] == 0) continue;
        scene.objects.push_back(
            {static_cast<int>(labels[row]), box_at(boxes, row, width), g, static_cast<int>(g)});
    }
    return scene;
}

void compare(const GoldenCase& golden, std::size_t picture, const Scene& scene,
             const AssignerOptions& options) {
    const std::size_t anchors = scene.boxes.size();
    const auto foreground = tensor(golden.tensors, "foreground").as<std::uint8_t>();
    const auto object = tensor(golden.tensors, "target_gt").as<std::int64_t>();
    const std::vector<float> scores = golden.floats("target_scores");
    std::vector<std::uint8_t> ambiguous(foreground.size());
    if (golden.has("ambiguous")) ambiguous = tensor(golden.tensors, "ambiguous").as<std::uint8_t>();
    std::vector<const Assignment*> of_anchor(anchors);
    const auto assigned = scene.assigned(options);
    for (const Assignment& given : assigned) of_anchor[static_cast<std::size_t>(given.anchor)] = &given;
    for (std::size_t a = 0; a < anchors; ++a) {
        const std::size_t row = picture * anchors + a;
        if (ambiguous[row] != 0) continue;
        ASSERT_EQ(of_anchor[a] != nullptr, foreground[row] != 0) << "picture " << picture << ", anchor " << a;
        if (of_anchor[a] == nullptr) continue;
        const TargetObject& target = scene.objects[static_cast<std::size_t>(of_anchor[a]->object)];
        EXPECT_EQ(target.index, static_cast<std::size_t>(object[row]))
            << "picture " << picture << ", anchor " << a;
        for (int c = 0; c < scene.class_count; ++c) {
            const float wanted =
                scores[row * static_cast<std::size_t>(scene.class_count) + static_cast<std::size_t>(c)];
            EXPECT_NEAR(c == target.class_id ? of_anchor[a]->score : 0, wanted,
                        1e-5 + 1e-4 * std::abs(wanted));
        }
    }
}

TEST(Assigner, LikeGolden) {
    YOLO_REQUIRE_GOLDEN("assigner");
    int cases = 0;
    for (const GoldenCase& golden : golden_cases("assigner")) {
        if (!golden.has("pred_scores")) continue;
        SCOPED_TRACE(golden.name);
        AssignerOptions options;
        options.rotated = tensor(golden.tensors, "pred_boxes").shape[2] == 5;
        options.topk = golden.json.value("topk", 10);
        options.alpha = golden.json.value("alpha", 0.5f);
        options.beta = golden.json.value("beta", 6.0f);
        options.shortest_side = golden.json["strides"][1].get<float>();
        const auto pictures = static_cast<std::size_t>(tensor(golden.tensors, "pred_boxes").shape[0]);
        for (std::size_t n = 0; n < pictures; ++n) compare(golden, n, golden_scene(golden, n), options);
        ++cases;
    }
    EXPECT_GT(cases, 0);
}

/// The definition, over all anchors and objects: the oracle of the routine that visits only candidates.
/// `open`: some object has fewer metrics above 0 than it may have anchors, so that the order of zeros
/// decides.
std::vector<Assignment> plain_assign(const Scene& scene, const AssignerOptions& options, bool& open) {
    struct Pair {
        bool candidate = false, positive = false;
        float overlap = 0, metric = 0;
    };
    const std::size_t anchors = scene.boxes.size();
    std::vector<std::vector<Pair>> pairs(scene.objects.size(), std::vector<Pair>(anchors));
    for (std::size_t g = 0; g < pairs.size(); ++g) {
        const auto& object = scene.objects[g];
        std::size_t a = 0;
        for (const AnchorGrid& grid : scene.grids) {
            for (int cell = 0; cell < grid.height * grid.width; ++cell, ++a) {
                const auto stride = static_cast<float>(grid.stride);
                const float x = (static_cast<float>(cell % grid.width) + 0.5f) * stride;
                const float y = (static_cast<float>(cell / grid.width) + 0.5f) * stride;
                const auto side = [&](float length) { return std::max(length, options.shortest_side); };
                Pair& pair = pairs[g][a];
                if (options.rotated) {
                    const auto [cx, cy, w, h, r] = object.box;
                    const float along = (x - cx) * std::cos(r) + (y - cy) * std::sin(r);
                    const float across = -(x - cx) * std::sin(r) + (y - cy) * std::cos(r);
                    pair.candidate = std::abs(along) <= side(w) / 2 && std::abs(across) <= side(h) / 2;
                    pair.overlap = train::prob_iou<float>(object.box, scene.boxes[a], 0);
                } else {
                    const image::Box4 xywh =
                        image::xyxy_to_xywh({object.box[0], object.box[1], object.box[2], object.box[3]});
                    pair.candidate = std::abs(x - xywh[0]) < side(xywh[2]) / 2 &&
                                     std::abs(y - xywh[1]) < side(xywh[3]) / 2;
                    const auto& b = scene.boxes[a];
                    pair.overlap =
                        train::ciou<float>({object.box[0], object.box[1], object.box[2], object.box[3]},
                                           {b[0], b[1], b[2], b[3]});
                }
                pair.overlap = pair.candidate ? std::max(pair.overlap, 0.0f) : 0;
                const float p = scene.probability(static_cast<int>(a), object.class_id);
                pair.metric = pair.candidate ? std::sqrt(p) * std::pow(pair.overlap, options.beta) : 0;
            }
        }
        std::vector<std::size_t> order(anchors);
        for (std::size_t i = 0; i < anchors; ++i) order[i] = i;
        std::stable_sort(order.begin(), order.end(), [&](std::size_t i, std::size_t j) {
            return pairs[g][i].metric > pairs[g][j].metric;
        });
        for (std::size_t i = 0; i < std::min<std::size_t>(anchors, static_cast<std::size_t>(options.topk));
             ++i) {
            pairs[g][order[i]].positive = pairs[g][order[i]].candidate;
            open = open || pairs[g][order[i]].metric == 0;
        }
    }
    std::vector<Assignment> assigned;
    for (std::size_t a = 0; a < anchors; ++a) {
        std::size_t owner = 0, claims = 0, most = 0;
        for (std::size_t g = 0; g < pairs.size(); ++g) {
            if (pairs[g][a].overlap > pairs[most][a].overlap) most = g;
            if (!pairs[g][a].positive) continue;
            owner = g;
            ++claims;
        }
        if (claims > 1) owner = most;
        for (std::size_t g = 0; g < pairs.size(); ++g) pairs[g][a].positive = claims > 0 && g == owner;
        if (claims > 0) assigned.push_back({static_cast<int>(a), static_cast<int>(owner), 0});
    }
    for (Assignment& given : assigned) {
        float metric = 0, overlap = 0;
        for (const Pair& pair : pairs[static_cast<std::size_t>(given.object)]) {
            if (!pair.positive) continue;
            metric = std::max(metric, pair.metric);
            overlap = std::max(overlap, pair.overlap);
        }
        given.score =
            pairs[static_cast<std::size_t>(given.object)][static_cast<std::size_t>(given.anchor)].metric *
            overlap / (metric + 1e-9f);
    }
    return assigned;
}

/// Predictions that overlap every object somewhat, so that no metric is 0 and no order is left open.
Scene random_scene(unsigned seed, bool rotated) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<float> unit(0, 1);
    Scene scene;
    scene.class_count = 3;
    const int height = 96 + 32 * static_cast<int>(seed % 3), width = 64 + 32 * static_cast<int>(seed % 4);
    for (const int stride : {8, 16, 32}) scene.grids.push_back({height / stride, width / stride, stride});
    const auto w = static_cast<float>(width), h = static_cast<float>(height);
    for (const AnchorGrid& grid : scene.grids) {
        for (int cell = 0; cell < grid.height * grid.width; ++cell) {
            const float jitter = 8 * unit(random), more = 8 * unit(random);
            if (rotated) {
                scene.boxes.push_back({w / 2 + jitter, h / 2 + more, w * 0.8f, h * 0.8f, unit(random)});
            } else {
                scene.boxes.push_back({jitter, more, w - more, h - jitter, 0});
            }
            for (int c = 0; c < scene.class_count; ++c) scene.scores.push_back(0.05f + 0.9f * unit(random));
        }
    }
    for (std::size_t g = 0; g < 1 + seed % 6; ++g) {
        const float side = 9 + 0.8f * h * unit(random), other = 9 + 0.8f * w * unit(random);
        const float x = w * (0.3f + 0.4f * unit(random)), y = h * (0.3f + 0.4f * unit(random));
        const TargetObject object{static_cast<int>(g % 3), {}, g, static_cast<int>(g)};
        scene.objects.push_back(object);
        scene.objects.back().box =
            rotated ? std::array<float, 5>{x, y, other, side, 3 * unit(random) - 1}
                    : std::array<float, 5>{x - other / 2, y - side / 2, x + other / 2, y + side / 2, 0};
    }
    return scene;
}

TEST(Assigner, LikeTheDefinition) {
    int compared = 0;
    for (const bool rotated : {false, true}) {
        for (unsigned seed = 0; seed < 200; ++seed) {
            const Scene scene = random_scene(seed, rotated);
            AssignerOptions options;
            options.rotated = rotated;
            bool open = false;
            const auto ours = scene.assigned(options), plain = plain_assign(scene, options, open);
            if (open) continue;
            ++compared;
            ASSERT_EQ(ours.size(), plain.size()) << "rotated " << rotated << ", seed " << seed;
            for (std::size_t i = 0; i < ours.size(); ++i) {
                EXPECT_EQ(ours[i].anchor, plain[i].anchor);
                EXPECT_EQ(ours[i].object, plain[i].object);
                EXPECT_NEAR(ours[i].score, plain[i].score, 1e-6);
            }
        }
    }
    EXPECT_GT(compared, 60);
}

TEST(Assigner, NoObjects) {
    Scene scene = random_scene(1, false);
    scene.objects.clear();
    EXPECT_TRUE(scene.assigned({}).empty());
}

TEST(Assigner, ObjectsOutsideOfThePictureGetNoAnchor) {
    Scene scene = random_scene(1, false);
    scene.objects.resize(1);
    scene.objects[0].box = {5000, 5000, 6000, 6000, 0};
    EXPECT_TRUE(scene.assigned({}).empty());
    scene.objects[0].box = {-6000, -6000, -5000, -5000, 0};
    EXPECT_TRUE(scene.assigned({}).empty());
}

TEST(Assigner, PredictionsThatAreNotNumbersAreNeverPreferred) {
    Scene scene = random_scene(3, false);
    for (auto& box : scene.boxes) box.fill(std::nanf(""));
    for (const Assignment& given : scene.assigned({})) EXPECT_EQ(given.score, 0);
}

}  // namespace
}  // namespace yolo::test
