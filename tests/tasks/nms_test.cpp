// SPDX-License-Identifier: Apache-2.0
#include "tasks/nms.hpp"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

#include "image/overlap.hpp"

namespace yolo::tasks {
namespace {

struct Raw {
    std::vector<float> values;
    int channels, anchors, class_count;

    RawOutput view() const { return {values, channels, anchors, class_count}; }
    float at(int channel, int anchor) const {
        return values[static_cast<std::size_t>(channel * anchors + anchor)];
    }
    float& at(int channel, int anchor) {
        return values[static_cast<std::size_t>(channel * anchors + anchor)];
    }
};

Raw blank(int classes, int extra, int anchors) {
    Raw raw{{}, 4 + classes + extra, anchors, classes};
    raw.values.resize(static_cast<std::size_t>(raw.channels * anchors));
    return raw;
}

/// Boxes in `spread` pixels, probabilities mostly low, some of them equal.
Raw random_raw(int classes, bool rotated, int anchors, float spread, std::mt19937& random) {
    Raw raw = blank(classes, rotated ? 1 : 0, anchors);
    std::uniform_real_distribution<float> place(0, spread), side(0.5f, 60), angle(-0.8f, 2.3f), unit(0, 1);
    for (int i = 0; i < anchors; ++i) {
        raw.at(0, i) = place(random);
        raw.at(1, i) = place(random);
        raw.at(2, i) = side(random);
        raw.at(3, i) = side(random);
        for (int c = 0; c < classes; ++c) {
            const float p = unit(random);
            raw.at(4 + c, i) = i % 3 == 0 ? std::round(p * 20) / 20 : p * p;
        }
        if (rotated) raw.at(4 + classes, i) = angle(random);
    }
    return raw;
}

std::vector<Candidate> plain_candidates(const Raw& raw, const NmsOptions& options) {
    std::vector<Candidate> rows;
    for (int i = 0; i < raw.anchors; ++i) {
        Candidate best{options.conf, i, -1};
        for (int c = 0; c < raw.class_count; ++c) {
            const float score = raw.at(4 + c, i);
            if (options.multi_label && score > options.conf) rows.push_back({score, i, c});
            if (score > best.score) best = {score, i, c};
        }
        if (!options.multi_label && best.class_id >= 0) rows.push_back(best);
    }
    std::erase_if(rows, [&](const Candidate& row) {
        return !options.classes.empty() &&
               std::count(options.classes.begin(), options.classes.end(), row.class_id) == 0;
    });
    std::stable_sort(rows.begin(), rows.end(),
                     [](const auto& a, const auto& b) { return a.score > b.score; });
    if (rows.size() > static_cast<std::size_t>(options.max_candidates)) {
        rows.resize(static_cast<std::size_t>(options.max_candidates));
    }
    return rows;
}

/// The rule as the specification writes it: every pair, all classes together, their coordinates moved apart.
std::vector<Candidate> plain_nms(const Raw& raw, const NmsOptions& options) {
    const std::vector<Candidate> rows = plain_candidates(raw, options);
    const auto box_of = [&](const Candidate& row) {
        const float offset = options.agnostic ? 0 : static_cast<float>(row.class_id) * 7680;
        image::Box4 box{raw.at(0, row.anchor), raw.at(1, row.anchor), raw.at(2, row.anchor),
                        raw.at(3, row.anchor)};
        if (!options.rotated) box = image::xywh_to_xyxy(box);
        for (std::size_t k = 0; k < (options.rotated ? 2U : 4U); ++k) box[k] += offset;
        return box;
    };
    const auto overlap = [&](const Candidate& a, const Candidate& b) {
        const image::Box4 first = box_of(a), second = box_of(b);
        if (!options.rotated) return image::box_iou(first, second, 0);
        const auto rotated = [&](const image::Box4& box, const Candidate& row) {
            return image::Rotated5{box[0], box[1], box[2], box[3], raw.at(4 + raw.class_count, row.anchor)};
        };
        return image::prob_iou(rotated(first, a), rotated(second, b));
    };
    std::vector<Candidate> kept;
    for (std::size_t j = 0; j < rows.size(); ++j) {
        const auto suppressed = [&](const Candidate& other) { return overlap(other, rows[j]) > options.iou; };
        const bool gone =
            options.rotated
                ? std::any_of(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(j), suppressed)
                : std::any_of(kept.begin(), kept.end(), suppressed);
        if (!gone && static_cast<int>(kept.size()) < options.max_det) kept.push_back(rows[j]);
    }
    return kept;
}

void expect_plain_result(const Raw& raw, const NmsOptions& options) {
    const auto ours = nms(raw.view(), options);
    const auto plain = plain_nms(raw, options);
    ASSERT_EQ(ours.size(), plain.size());
    for (std::size_t i = 0; i < ours.size(); ++i) {
        ASSERT_EQ(ours[i].anchor, plain[i].anchor) << i;
        ASSERT_EQ(ours[i].class_id, plain[i].class_id) << i;
        ASSERT_EQ(ours[i].score, plain[i].score) << i;
    }
}

TEST(Nms, EqualsThePlainRuleOnRandomOutputs) {
    std::mt19937 random(11);
    const std::vector<double> thresholds{0, 0.3, 0.6, 0.95, 1};
    for (int round = 0; round < 240; ++round) {
        const bool rotated = round % 2 == 1;
        const int anchors = 1 + static_cast<int>(random() % 300);  // with tails of every length
        const float spread = round % 5 == 0 ? 30000.0f : 300.0f;   // far apart, classes do not separate
        const Raw raw = random_raw(1 + round % 4, rotated, anchors, spread, random);
        NmsOptions options{.conf = 0.3f,
                           .iou = thresholds[static_cast<std::size_t>(round) % thresholds.size()]};
        options.multi_label = round % 3 == 0;
        options.agnostic = round % 7 == 0;
        options.rotated = rotated;
        options.max_det = round % 4 == 0 ? 7 : 300;
        options.max_candidates = round % 6 == 0 ? 50 : 30000;
        if (round % 8 == 0) options.classes = {0, 2};
        ASSERT_NO_FATAL_FAILURE(expect_plain_result(raw, options)) << "round " << round;
    }
}

TEST(Nms, DegenerateBoxesEqualThePlainRule) {
    std::mt19937 random(12);
    const std::vector<float> sides{0, 1e-6f, 0.01f, 1, 5, 1000, 9000, -3};
    for (int round = 0; round < 60; ++round) {
        Raw raw = random_raw(2, round % 2 == 1, 150, 12, random);
        for (int i = 0; i < raw.anchors; ++i) {
            raw.at(2, i) = sides[random() % sides.size()];
            raw.at(3, i) = sides[random() % sides.size()];
        }
        NmsOptions options{.conf = 0.2f, .iou = 0.5};
        options.rotated = round % 2 == 1;
        ASSERT_NO_FATAL_FAILURE(expect_plain_result(raw, options)) << "round " << round;
    }
}

Raw example() {
    Raw raw = blank(2, 0, 4);
    raw.values = {50,  52,  50,  200, 50,  50,  50,  200, 40, 40, 40, 30, 40, 40, 40, 30,  // x, y, w, h
                  .9f, .8f, .2f, .3f, .1f, .4f, .7f, .6f};
    return raw;
}

TEST(Nms, ExampleOfTheSpecification) {
    NmsOptions val{.conf = 0.001f, .iou = 0.7};
    val.multi_label = true;
    const auto found = nms(example().view(), val);
    ASSERT_EQ(found.size(), 4U);
    EXPECT_EQ(found[0].box, (image::Box4{30, 30, 70, 70}));
    EXPECT_EQ(found[1].class_id, 1);
    EXPECT_FLOAT_EQ(found[2].score, 0.6f);
    EXPECT_FLOAT_EQ(found[3].score, 0.3f);
    EXPECT_EQ(nms(example().view(), {.conf = 0.25f, .iou = 0.7}).size(), 3U);
}

TEST(Nms, AFloatAboveTheDecimalThresholdSuppresses) {
    // Two boxes with an IoU of 6 / 10: the float nearest to 0.6 lies above 0.6.
    Raw raw = blank(1, 0, 2);
    raw.values = {5, 5, 0.5f, 0.5f, 10, 6, 1, 1, 0.9f, 0.8f};
    raw.at(0, 1) = 3;
    EXPECT_EQ(nms(raw.view(), {.iou = 0.6}).size(), 1U);
    EXPECT_EQ(nms(raw.view(), {.iou = static_cast<double>(0.6f)}).size(), 2U);
}

TEST(Nms, NothingAboveTheThresholdGivesNothing) {
    EXPECT_TRUE(nms(example().view(), {.conf = 0.9f}).empty());  // exactly conf is not above it
    EXPECT_TRUE(nms(example().view(), {.max_det = 0}).empty());
    EXPECT_TRUE(nms(blank(3, 0, 0).view(), {}).empty());
}

TEST(BestFirst, HandsOutTheWholeOrderInPieces) {
    std::mt19937 random(13);
    std::vector<Candidate> candidates;
    for (int i = 0; i < 5000; ++i) candidates.push_back({static_cast<float>(random() % 100) / 100, i, 0});
    std::shuffle(candidates.begin(), candidates.end(), random);
    std::vector<Candidate> sorted = candidates;
    std::sort(sorted.begin(), sorted.end(), better);
    BestFirst order(candidates, 4000);
    for (int i = 0; i < 4000; ++i) {
        const Candidate* next = order.next();
        ASSERT_NE(next, nullptr);
        ASSERT_EQ(next->anchor, sorted[static_cast<std::size_t>(i)].anchor);
    }
    EXPECT_EQ(order.next(), nullptr);
}

}  // namespace
}  // namespace yolo::tasks
