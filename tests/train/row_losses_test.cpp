// SPDX-License-Identifier: Apache-2.0
#include "train/losses/row_losses.hpp"

#include <cmath>
#include <numeric>
#include <random>

#include <gtest/gtest.h>

#include "core/keypoint_sigmas.hpp"
#include "support/golden_case.hpp"
#include "train/losses/class_loss.hpp"
#include "train/losses/mask_loss.hpp"

namespace yolo::test {
namespace {

using Floats = std::vector<float>;

void expect_close(float ours, float reference, double relative = 1e-5, double absolute = 1e-7) {
    EXPECT_NEAR(ours, reference, absolute + relative * std::abs(reference));
}

/// Compares with a tolerance relative to the largest of all numbers.
void expect_all_close(const Floats& ours, const Floats& reference, double relative = 1e-5) {
    ASSERT_EQ(ours.size(), reference.size());
    float largest = 0;
    for (const float value : reference) largest = std::max(largest, std::abs(value));
    for (std::size_t i = 0; i < ours.size(); ++i) {
        ASSERT_NEAR(ours[i], reference[i], relative * static_cast<double>(largest)) << "element " << i;
    }
}

template <std::size_t N>
std::array<float, N> row_of(const Floats& values, std::size_t row) {
    std::array<float, N> made;
    std::copy_n(values.begin() + static_cast<std::ptrdiff_t>(row * N), N, made.begin());
    return made;
}

std::vector<GoldenCase> loss_cases(const std::string& tensor_name) {
    std::vector<GoldenCase> cases;
    for (GoldenCase& golden : golden_cases("assigner")) {
        if (golden.has(tensor_name)) cases.push_back(std::move(golden));
    }
    return cases;
}

TEST(RowLosses, CiouLikeGolden) {
    YOLO_REQUIRE_GOLDEN("assigner");
    for (const GoldenCase& golden : loss_cases("ciou.pred")) {
        const Floats predicted = golden.floats("ciou.pred"), target = golden.floats("ciou.target"),
                     value = golden.floats("ciou.value");
        Floats gradient;
        for (std::size_t i = 0; i < value.size(); ++i) {
            const auto loss = train::ciou_loss(row_of<4>(predicted, i), row_of<4>(target, i));
            expect_close(1 - loss.loss, value[i], 1e-5, 1e-6);
            gradient.insert(gradient.end(), loss.gradient.begin(), loss.gradient.end());
        }
        expect_all_close(gradient, golden.floats("ciou.grad"));
    }
}

TEST(RowLosses, FocalLossLikeGolden) {
    YOLO_REQUIRE_GOLDEN("assigner");
    for (const GoldenCase& golden : loss_cases("dfl.logits")) {
        const Floats logits = golden.floats("dfl.logits"), target = golden.floats("dfl.target"),
                     value = golden.floats("dfl.loss");
        Floats gradient(logits.size());
        for (std::size_t i = 0; i < value.size(); ++i) {
            const train::SideDistributions sides(&logits[64 * i], 16);
            expect_close(sides.focal_loss(row_of<4>(target, i), 1, &gradient[64 * i]), value[i]);
        }
        expect_all_close(gradient, golden.floats("dfl.grad"));
    }
}

/// Sums of overlap and focal losses with their gradients, rows weighted by their scores.
template <std::size_t N, class Overlap>
void compare_box_loss(const GoldenCase& golden, const std::string& name, Overlap&& overlap,
                      const std::function<std::array<float, 4>(std::size_t)>& distances) {
    const Floats predicted = golden.floats(name + ".pred"), target = golden.floats(name + ".target"),
                 logits = golden.floats(name + ".dist"), scores = golden.floats(name + ".scores");
    const std::size_t rows = predicted.size() / N, classes = scores.size() / rows;
    const float divisor = std::max(std::accumulate(scores.begin(), scores.end(), 0.0f), 1.0f);
    double box = 0, focal = 0;
    Floats by_box, by_logits(logits.size());
    for (std::size_t i = 0; i < rows; ++i) {
        const auto first = scores.begin() + static_cast<std::ptrdiff_t>(i * classes);
        const float weight =
            std::accumulate(first, first + static_cast<std::ptrdiff_t>(classes), 0.0f) / divisor;
        const auto loss = overlap(row_of<N>(predicted, i), row_of<N>(target, i));
        box += static_cast<double>(loss.loss * weight);
        for (const float slope : loss.gradient) by_box.push_back(slope * weight);
        const train::SideDistributions sides(&logits[64 * i], 16);
        focal += static_cast<double>(sides.focal_loss(distances(i), weight, &by_logits[64 * i]) * weight);
    }
    const Floats value = golden.floats(name + ".value");
    expect_close(static_cast<float>(box), value[0]);
    if (distances(0)[0] > -1e9f) {
        expect_close(static_cast<float>(focal), value[1]);
        expect_all_close(by_logits, golden.floats(name + ".grad_dist"));
    }
    expect_all_close(by_box, golden.floats(name + ".grad_pred"), 2e-5);
}

/// Centres of the golden's rows in grid units: anchors of a 320 x 256 input, levels 8, 16, 32.
std::array<float, 2> anchor_of(std::int64_t anchor) {
    for (const std::int64_t stride : {8, 16, 32}) {
        const std::int64_t width = 320 / stride, height = 256 / stride;
        if (anchor < width * height) {
            return {static_cast<float>(anchor % width) + 0.5f, static_cast<float>(anchor / width) + 0.5f};
        }
        anchor -= width * height;
    }
    return {};
}

TEST(RowLosses, BoxLossLikeGolden) {
    YOLO_REQUIRE_GOLDEN("assigner");
    for (const GoldenCase& golden : loss_cases("box_loss.pred")) {
        const auto index = tensor(golden.tensors, "box_loss.index").as<std::int64_t>();
        const Floats target = golden.floats("box_loss.target");
        compare_box_loss<4>(golden, "box_loss", train::ciou_loss, [&](std::size_t i) {
            const auto [x, y] = anchor_of(index[2 * i + 1]);
            const auto box = row_of<4>(target, i);
            return std::array<float, 4>{x - box[0], y - box[1], box[2] - x, box[3] - y};
        });
    }
}

TEST(RowLosses, RotatedLossLikeGolden) {
    YOLO_REQUIRE_GOLDEN("assigner");
    for (const GoldenCase& golden : loss_cases("rotated_loss.pred")) {
        const auto index = tensor(golden.tensors, "rotated_loss.index").as<std::int64_t>();
        const Floats target = golden.floats("rotated_loss.target");
        compare_box_loss<5>(golden, "rotated_loss", train::prob_iou_loss, [&](std::size_t i) {
            const auto [x, y] = anchor_of(index[2 * i + 1]);
            const auto [cx, cy, w, h, angle] = row_of<5>(target, i);
            const float c = std::cos(angle), s = std::sin(angle);
            const float along = (cx - x) * c + (cy - y) * s, across = -(cx - x) * s + (cy - y) * c;
            return std::array<float, 4>{w / 2 - along, h / 2 - across, w / 2 + along, h / 2 + across};
        });
    }
}

TEST(RowLosses, AngleLossLikeGolden) {
    YOLO_REQUIRE_GOLDEN("assigner");
    for (const GoldenCase& golden : loss_cases("angle_loss.value")) {
        const Floats predicted = golden.floats("rotated_loss.pred"),
                     target = golden.floats("rotated_loss.target"),
                     scores = golden.floats("rotated_loss.scores");
        const std::size_t rows = predicted.size() / 5, classes = scores.size() / rows;
        const float divisor = std::max(std::accumulate(scores.begin(), scores.end(), 0.0f), 1.0f);
        double sum = 0;
        Floats gradient;
        for (std::size_t i = 0; i < rows; ++i) {
            const auto first = scores.begin() + static_cast<std::ptrdiff_t>(i * classes);
            const float weight =
                std::accumulate(first, first + static_cast<std::ptrdiff_t>(classes), 0.0f) / divisor;
            const auto box = row_of<5>(target, i);
            const auto loss = train::angle_loss(row_of<5>(predicted, i)[4], box[4], box[2], box[3]);
            sum += static_cast<double>(loss.loss * weight);
            gradient.push_back(loss.gradient[0] * weight);
        }
        expect_close(static_cast<float>(sum), golden.floats("angle_loss.value")[0]);
        expect_all_close(gradient, golden.floats("angle_loss.grad"));
    }
}

TEST(RowLosses, KeypointLossLikeGolden) {
    YOLO_REQUIRE_GOLDEN("assigner");
    for (const GoldenCase& golden : golden_cases("assigner")) {
        for (const auto& [key, stored] : golden.tensors) {
            if (!key.starts_with("keypoint") || !key.ends_with(".pred")) continue;
            const std::string name = key.substr(0, key.find('.'));
            const Floats predicted = stored.floats(), target = golden.floats(name + ".target"),
                         area = golden.floats(name + ".area");
            const auto visible = tensor(golden.tensors, name + ".visible").as<std::uint8_t>();
            const auto k = static_cast<std::size_t>(stored.shape[1]);
            const Floats sigmas = keypoint_sigmas({static_cast<int>(k), 3});
            double sum = 0;
            Floats gradient(predicted.size());
            for (std::size_t i = 0; i < area.size(); ++i) {
                const auto labelled = std::make_unique<bool[]>(k);
                for (std::size_t j = 0; j < k; ++j) labelled[j] = visible[i * k + j] != 0;
                const std::size_t first = i * 2 * k;
                sum += static_cast<double>(train::keypoint_loss({&predicted[first], 2 * k},
                                                                {&target[first], 2 * k}, {labelled.get(), k},
                                                                area[i], sigmas, {&gradient[first], 2 * k}));
            }
            for (float& slope : gradient) slope /= static_cast<float>(area.size());
            expect_close(static_cast<float>(sum / static_cast<double>(area.size())),
                         golden.floats(name + ".value")[0]);
            expect_all_close(gradient, golden.floats(name + ".grad"));
        }
    }
}

TEST(RowLosses, MaskLossLikeGolden) {
    YOLO_REQUIRE_GOLDEN("assigner");
    for (const GoldenCase& golden : loss_cases("mask.proto")) {
        const auto& shape = tensor(golden.tensors, "mask.proto").shape;  // (channels, height, width)
        const auto channels = static_cast<std::size_t>(shape[0]),
                   pixels = static_cast<std::size_t>(shape[1] * shape[2]);
        const Floats planes = golden.floats("mask.proto"), coefficients = golden.floats("mask.coef"),
                     boxes = golden.floats("mask.boxes"), areas = golden.floats("mask.area"),
                     truth = golden.floats("mask.target");
        Floats last(planes.size()), gradient(planes.size()), by_coefficients(coefficients.size());
        for (std::size_t c = 0; c < channels; ++c) {
            for (std::size_t i = 0; i < pixels; ++i) last[i * channels + c] = planes[c * pixels + i];
        }
        Tensor masks =
            Tensor::allocate(DType::u8, {static_cast<std::int64_t>(areas.size()), shape[1], shape[2]});
        for (std::size_t i = 0; i < truth.size(); ++i) {
            masks.mutable_values<std::uint8_t>()[i] = truth[i] > 0.5f ? 1 : 0;
        }
        const train::PrototypeView view{last.data(), gradient.data(), static_cast<int>(shape[1]),
                                        static_cast<int>(shape[2]), static_cast<int>(channels)};
        float sum = 0;
        for (std::size_t i = 0; i < areas.size(); ++i) {
            sum += train::mask_loss(&coefficients[i * channels], {&masks, i, 1}, row_of<4>(boxes, i),
                                    areas[i], 1, view, &by_coefficients[i * channels]);
        }
        Floats by_planes(planes.size());
        for (std::size_t c = 0; c < channels; ++c) {
            for (std::size_t i = 0; i < pixels; ++i) by_planes[c * pixels + i] = gradient[i * channels + c];
        }
        expect_close(sum, golden.floats("mask.value")[0]);
        expect_all_close(by_coefficients, golden.floats("mask.grad_coef"));
        expect_all_close(by_planes, golden.floats("mask.grad_proto"));
    }
}

TEST(ClassLoss, LikeTheDefinition) {
    std::mt19937 random(1);
    std::normal_distribution<float> normal(-2, 6);
    for (const int channels : {1, 3, 16, 80}) {
        for (const bool weighted : {false, true}) {
            for (const int rows : {1, 7, 50}) {
                Floats logits(static_cast<std::size_t>(rows * channels)), gradient(logits.size()), weights;
                for (float& x : logits) x = normal(random);
                for (int c = 0; weighted && c < channels; ++c)
                    weights.push_back(0.5f + static_cast<float>(c));
                const train::MapView view{logits.data(), false, channels};
                const train::GradientView into{gradient.data(), false, channels};
                const double sum = train::background_loss(view, 0, rows, weights, 3, into);
                double wanted = 0;
                for (std::size_t i = 0; i < logits.size(); ++i) {
                    const double x = static_cast<double>(logits[i]);
                    const double weight = weighted ? static_cast<double>(weights[i % weights.size()]) : 1;
                    wanted += weight * (std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x))));
                    const double slope = 3 * weight / (1 + std::exp(-x));
                    ASSERT_NEAR(static_cast<double>(gradient[i]), slope, 1e-6 * slope + 1e-12);
                }
                EXPECT_NEAR(sum, wanted, 1e-6 * wanted);
                EXPECT_EQ(sum, train::background_loss(view, 0, rows, weights, 3, {}));
            }
        }
    }
}

TEST(ClassLoss, SmallAndLargeLogits) {
    for (const float x : {-80.0f, -30.0f, -11.5f, -1.0f, -1e-4f, 0.0f, 1e-4f, 5.0f, 30.0f, 100.0f}) {
        const train::Logistic value = train::logistic(x);
        const double exact = std::log1p(std::exp(static_cast<double>(x)));
        EXPECT_NEAR(static_cast<double>(value.softplus), exact, 5e-7 * exact) << x;
        const double probability = 1 / (1 + std::exp(-static_cast<double>(x)));
        EXPECT_NEAR(static_cast<double>(value.probability), probability, 5e-7 * probability) << x;
    }
    EXPECT_TRUE(std::isnan(train::logistic(std::nanf("")).softplus));
}

}  // namespace
}  // namespace yolo::test
