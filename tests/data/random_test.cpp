// SPDX-License-Identifier: Apache-2.0
#include "data/random.hpp"

#include <set>

#include <gmock/gmock.h>

#include "data/loading/epoch_plan.hpp"

namespace yolo {
namespace {

using data::Operation;
using data::Random;
using data::RandomKey;

TEST(Random, NumbersFollowFromTheirKeyAlone) {
    const RandomKey key{1, 2, 3, 4};
    EXPECT_EQ(key(Operation::hsv).bits(), key(Operation::hsv).bits());
    std::set<std::uint64_t> first;
    for (std::uint64_t seed = 0; seed < 4; ++seed) {
        for (std::uint64_t epoch = 0; epoch < 4; ++epoch) {
            for (std::uint64_t place = 0; place < 4; ++place) {
                for (std::uint64_t branch = 0; branch < 2; ++branch) {
                    for (const auto operation : {Operation::order, Operation::mosaic, Operation::hsv}) {
                        first.insert(RandomKey{seed, epoch, place, branch}(operation).bits());
                    }
                }
            }
        }
    }
    EXPECT_EQ(first.size(), 4u * 4 * 4 * 2 * 3);
}

TEST(Random, UniformAndBetaHaveTheirMoments) {
    constexpr int draws = 4000;
    double sum = 0, square = 0, beta = 0, beta_square = 0;
    Random random(5);
    for (int i = 0; i < draws; ++i) {
        const double u = random.uniform();
        ASSERT_GE(u, 0);
        ASSERT_LT(u, 1);
        sum += u, square += u * u;
        const double b = random.beta(32, 32);
        beta += b, beta_square += b * b;
    }
    EXPECT_NEAR(sum / draws, 0.5, 0.02);
    EXPECT_NEAR(square / draws, 1.0 / 3, 0.02);
    EXPECT_NEAR(beta / draws, 0.5, 0.005);
    const double variance = beta_square / draws - beta / draws * beta / draws;
    EXPECT_NEAR(variance, 1.0 / (4 * 65), 0.0005);  // of Beta(a, a): 1 / (4 (2 a + 1))
}

TEST(Random, AnOrderHoldsEachPlaceOnce) {
    const auto order = data::random_order(1000, Random(9));
    EXPECT_EQ(std::set<std::uint32_t>(order.begin(), order.end()).size(), 1000u);
    EXPECT_NE(order, data::random_order(1000, Random(10)));
}

/// What a plan draws for a place in a thousand tries.
std::set<std::size_t> partners(const data::EpochPlan& plan, std::size_t place) {
    Random random(1);
    std::set<std::size_t> seen;
    for (int i = 0; i < 1000; ++i) seen.insert(plan.picture(plan.partner(place, random)));
    return seen;
}

/// The pictures at a place and at those before it.
std::set<std::size_t> last(std::size_t count, std::size_t place, const data::EpochPlan& plan,
                           const data::EpochPlan& before) {
    std::set<std::size_t> pictures;
    for (std::size_t back = 0; back < count; ++back)
        pictures.insert(back <= place ? plan.picture({place - back}) : before.picture({100 + place - back}));
    return pictures;
}

TEST(EpochPlan, PartnersComeFromTheLastPlaces) {
    data::LoaderOptions options;
    options.batch = 4;
    const data::LoadOrder order = data::make_load_order(100, {}, options);
    ASSERT_EQ(order.window, 32u);
    const data::EpochPlan before(order, 3, 2), plan(order, 3, 3);  // 75 batches were before
    for (const std::size_t place : {0u, 10u, 99u})
        EXPECT_EQ(partners(plan, place), last(order.window, place, plan, before)) << place;
}

TEST(EpochPlan, TheWindowOpensInTheFirstBatches) {
    data::LoaderOptions options;
    options.batch = 4;
    const data::LoadOrder order = data::make_load_order(100, {}, options);
    const data::EpochPlan first(order, 3, 0), second(order, 3, 1);
    const std::pair<std::size_t, std::size_t> sizes[] = {{0, 1}, {3, 4}, {4, 1}, {31, 4}, {32, 5}, {99, 16}};
    for (const auto& [place, size] : sizes) {
        EXPECT_EQ(first.window_at(place), size) << place;
        EXPECT_EQ(partners(first, place), last(size, place, first, first)) << place;
    }
    EXPECT_EQ(second.window_at(0), 13u);  // the 26th batch: three before it in its worker
    EXPECT_EQ(partners(second, 0), last(13, 0, second, first));
}

TEST(EpochPlan, WithAllPicturesInMemoryAllCanBePartners) {
    data::LoaderOptions options;
    options.cache = data::PictureCache::ram;
    const data::LoadOrder order = data::make_load_order(100, {}, options);
    EXPECT_EQ(partners(data::EpochPlan(order, 3, 0), 0).size(), 100u);
}

TEST(EpochPlan, EveryBatchHasTheShapeThatIsAsked) {
    data::LoaderOptions options;
    options.training = false;
    options.imgsz = 448;
    options.batch = 3;
    EXPECT_EQ(data::make_load_order(7, {}, options).shapes, std::vector<Size>(3, Size{448, 448}));
    options.shape = Size{320, 448};
    EXPECT_EQ(data::make_load_order(7, {}, options).shapes, std::vector<Size>(3, Size{320, 448}));
}

}  // namespace
}  // namespace yolo
