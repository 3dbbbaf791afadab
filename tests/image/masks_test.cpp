// SPDX-License-Identifier: Apache-2.0
#include "image/masks.hpp"

#include <random>

#include <gtest/gtest.h>

#include "image/golden_rows.hpp"
#include "image/picture_support.hpp"
#include "support/golden_case.hpp"

namespace yolo::image {
namespace {

struct Instances {
    std::vector<float> prototypes, coefficients, boxes;
    int channels = 0, height = 0, width = 0;

    Prototypes protos() const { return {prototypes, channels, height, width}; }
    std::size_t count() const { return boxes.size() / 4; }
    std::span<const float> row(std::size_t i) const {
        return std::span(coefficients)
            .subspan(i * static_cast<std::size_t>(channels), static_cast<std::size_t>(channels));
    }
};

/// The k-th mask of a (n, h, w) tensor: at most 0.1 % of all the tensor's pixels may differ, summed by the
/// caller.
int differences(const Mask& mask, const test::StoredTensor& expected, std::size_t index) {
    EXPECT_EQ(mask.height, expected.shape.at(1));
    EXPECT_EQ(mask.width, expected.shape.at(2));
    const auto* theirs =
        reinterpret_cast<const std::uint8_t*>(expected.bytes.data()) + index * mask.data.size();
    int count = 0;
    for (std::size_t i = 0; i < mask.data.size(); ++i) count += mask.data[i] != theirs[i] ? 1 : 0;
    return count;
}

template <class Make>
void expect_masks(const test::GoldenCase& golden, const std::string& name, std::size_t count, Make make) {
    const auto& expected = tensor(golden.tensors, name);
    int wrong = 0;
    for (std::size_t i = 0; i < count; ++i) wrong += differences(make(i), expected, i);
    EXPECT_LE(wrong, 0.001 * static_cast<double>(expected.elements())) << golden.name << " " << name;
}

Instances instances_of(const test::GoldenCase& golden, const std::string& number) {
    const auto& protos = tensor(golden.tensors, "protos" + number);
    return {protos.floats(),
            golden.floats("coefs" + number),
            golden.floats("boxes" + number),
            static_cast<int>(protos.shape[0]),
            static_cast<int>(protos.shape[1]),
            static_cast<int>(protos.shape[2])};
}

void expect_all_sizes(const test::GoldenCase& golden, const std::string& number, const std::string& large,
                      const std::vector<float>& picture_boxes) {
    const Instances instances = instances_of(golden, number);
    const Size network{instances.height * 4, instances.width * 4};
    const auto& native = tensor(golden.tensors, "native" + number).shape;
    const Size picture{static_cast<int>(native[1]), static_cast<int>(native[2])};
    const PictureView view = picture_view({instances.height, instances.width}, network, picture);
    const std::size_t count = instances.count();
    expect_masks(golden, "small" + number, count, [&](std::size_t i) {
        return prototype_mask(instances.protos(), instances.row(i), test::row_at<4>(instances.boxes, i),
                              network);
    });
    expect_masks(golden, large + number, count, [&](std::size_t i) {
        return network_mask(instances.protos(), instances.row(i), test::row_at<4>(instances.boxes, i),
                            network);
    });
    expect_masks(golden, "native" + number, count, [&](std::size_t i) {
        return picture_mask(instances.protos(), instances.row(i), test::row_at<4>(picture_boxes, i), view);
    });
}

TEST(MasksGolden, AllThreeSizes) {
    YOLO_REQUIRE_GOLDEN("preprocess");
    int cases = 0;
    for (const auto& golden : test::golden_cases("preprocess", "masks")) {
        if (golden.has("protos")) {  // one case; the picture is 1.5 times the network input
            auto boxes = golden.floats("boxes");
            for (float& value : boxes) value *= 1.5f;
            expect_all_sizes(golden, "", "upsampled", boxes);
            ++cases;
        }
        for (int i = 0; golden.has("protos" + std::to_string(i)); ++i, ++cases) {
            const std::string number = std::to_string(i);
            expect_all_sizes(golden, number, "large", golden.floats("boxes_picture" + number));
        }
    }
    EXPECT_GT(cases, 0);
}

TEST(MasksGolden, LogitsInThePicture) {
    YOLO_REQUIRE_GOLDEN("preprocess");
    for (const auto& golden : test::golden_cases("preprocess", "masks_")) {
        for (const auto& entry : golden.json.at("cases")) {
            const std::string number = entry.at("case").dump();
            const Instances instances = instances_of(golden, number);
            const Size plane{instances.height, instances.width};
            const PlaneWindow logits =
                mask_logits(instances.protos(), instances.row(0), 0, 0, plane.height, plane.width);
            for (const bool padded : {true, false}) {
                const PictureView view = picture_view(plane, test::size_of_json(entry["net_hw"]),
                                                      test::size_of_json(entry["picture_hw"]), 1, padded);
                const auto expected =
                    golden.floats((padded ? "scaled_logits" : "scaled_no_padding") + number);
                const PlaneWindow ours = to_picture(logits, view);
                ASSERT_EQ(ours.values.size(), expected.size());
                double worst = 0;
                for (std::size_t i = 0; i < expected.size(); ++i) {
                    worst = std::max<double>(worst, std::abs(ours.values[i] - expected[i]));
                }
                EXPECT_LE(worst, 1e-3) << golden.name << " " << number << " padded " << padded;
            }
        }
    }
}

/// The rule as it is written: everything computed, upsampled, thresholded, then cut to the box.
Mask plain_network_mask(const Instances& instances, std::size_t row, const Box4& box, Size network) {
    const auto logit = [&](int y, int x) {
        double sum = 0;
        for (int k = 0; k < instances.channels; ++k) {
            const int index = (k * instances.height + y) * instances.width + x;
            sum += static_cast<double>(instances.row(row)[static_cast<std::size_t>(k)]) *
                   instances.prototypes[static_cast<std::size_t>(index)];
        }
        return sum;
    };
    Mask mask{network.height, network.width, {}};
    for (int y = 0; y < network.height; ++y) {
        for (int x = 0; x < network.width; ++x) {
            const double v = std::max(0.0, (y + 0.5) * instances.height / network.height - 0.5);
            const double u = std::max(0.0, (x + 0.5) * instances.width / network.width - 0.5);
            const int y0 = static_cast<int>(v), x0 = static_cast<int>(u);
            const int y1 = std::min(y0 + 1, instances.height - 1), x1 = std::min(x0 + 1, instances.width - 1);
            const double value = (1 - v + y0) * ((1 - u + x0) * logit(y0, x0) + (u - x0) * logit(y0, x1)) +
                                 (v - y0) * ((1 - u + x0) * logit(y1, x0) + (u - x0) * logit(y1, x1));
            const bool inside = x >= box[0] && x < box[2] && y >= box[1] && y < box[3];
            mask.data.push_back(inside && value > 0 ? 1 : 0);
        }
    }
    return mask;
}

TEST(Masks, BoxRegionsGiveThePlainResult) {
    std::mt19937 random(7);
    std::uniform_int_distribution<int> side(1, 12);
    std::normal_distribution<float> value;
    std::uniform_real_distribution<float> edge(-0.3f, 1.3f);
    for (int round = 0; round < 200; ++round) {
        Instances instances{{}, {}, {}, 3, side(random), side(random)};
        instances.prototypes.resize(static_cast<std::size_t>(3 * instances.height * instances.width));
        for (float& v : instances.prototypes) v = value(random);
        instances.coefficients = {value(random), value(random), value(random)};
        instances.boxes = {0, 0, 0, 0};
        const Size network{instances.height * (1 + round % 5), instances.width * (1 + round % 4)};
        const auto x = [&] { return edge(random) * static_cast<float>(network.width); };
        const auto y = [&] { return edge(random) * static_cast<float>(network.height); };
        const Box4 box{x(), y(), x(), y()};  // half of them turned inside out: no pixel
        const Mask ours = network_mask(instances.protos(), instances.row(0), box, network);
        const Mask plain = plain_network_mask(instances, 0, box, network);
        ASSERT_EQ(ours.data, plain.data) << "round " << round;
        EXPECT_EQ(is_empty(ours), std::count(plain.data.begin(), plain.data.end(), 1) == 0);
    }
}

TEST(Masks, ThePictureMaskIsTheWholePictureCutToTheBox) {
    std::mt19937 random(8);
    std::normal_distribution<float> value;
    std::uniform_real_distribution<float> edge(-20.0f, 220.0f);
    for (const Size picture : {Size{120, 160}, Size{37, 53}, Size{211, 97}, Size{1, 200}}) {
        Instances instances{{}, {}, {}, 4, 24, 40};
        instances.prototypes.resize(4 * 24 * 40);
        for (float& v : instances.prototypes) v = value(random);
        for (int k = 0; k < 4; ++k) instances.coefficients.push_back(value(random));
        instances.boxes = {0, 0, 0, 0};
        const PictureView view = picture_view({24, 40}, {96, 160}, picture);
        const PlaneWindow whole =
            to_picture(mask_logits(instances.protos(), instances.row(0), 0, 0, 24, 40), view);
        for (int round = 0; round < 20; ++round) {
            const Box4 box{edge(random), edge(random), edge(random), edge(random)};
            const Mask ours = picture_mask(instances.protos(), instances.row(0), box, view);
            for (int y = 0; y < picture.height; ++y) {
                for (int x = 0; x < picture.width; ++x) {
                    const auto i = static_cast<std::size_t>(y * picture.width + x);
                    const bool inside = x >= box[0] && x < box[2] && y >= box[1] && y < box[3];
                    ASSERT_EQ(ours.data[i], inside && whole.values[i] > 0 ? 1 : 0) << y << " " << x;
                }
            }
        }
    }
}

}  // namespace
}  // namespace yolo::image
