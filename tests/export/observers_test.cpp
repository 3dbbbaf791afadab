// SPDX-License-Identifier: Apache-2.0
#include "export/common/observers.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <random>

#include <gmock/gmock.h>

#include <yolo/error.hpp>

namespace yolo::test {
namespace {

using exports::Ends;
using exports::Histogram;
using exports::Observer;
using ::testing::ElementsAreArray;

std::uint64_t count_at(const Histogram& histogram, int bin) {
    return histogram.counts()[static_cast<std::size_t>(bin + Histogram::half)];
}

TEST(Histograms, CountOnBothSidesOfZero) {
    Histogram histogram;
    histogram.add(std::vector<float>{-1023.5F, -0.5F, 0, 0.25F, 2047.75F});
    EXPECT_EQ(histogram.width(), 1);
    EXPECT_EQ(histogram.low(), -1023.5F);
    EXPECT_EQ(histogram.high(), 2047.75F);
    EXPECT_EQ(count_at(histogram, -1024), 1U);
    EXPECT_EQ(count_at(histogram, -1), 1U);
    EXPECT_EQ(count_at(histogram, 0), 2U);
    EXPECT_EQ(count_at(histogram, 2047), 1U);
}

TEST(Histograms, DoNotDependOnTheOrderOfTheValues) {
    std::vector<float> values;
    std::mt19937 random(1);
    std::normal_distribution<float> normal(0.3F);
    for (int i = 0; i < 2000; ++i) values.push_back(normal(random) * static_cast<float>(1 + i));
    Histogram up, down, whole;
    for (const float value : values) up.add({&value, 1});
    for (auto value = values.rbegin(); value != values.rend(); ++value) down.add({&*value, 1});
    whole.add(values);
    EXPECT_EQ(up.width(), whole.width());
    EXPECT_THAT(up.counts(), ElementsAreArray(whole.counts()));
    EXPECT_THAT(down.counts(), ElementsAreArray(whole.counts()));
    EXPECT_EQ(std::accumulate(whole.counts().begin(), whole.counts().end(), std::uint64_t{0}), values.size());
}

TEST(Histograms, RefuseWhatIsNotFinite) {
    for (const float value :
         {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
        Histogram histogram;
        EXPECT_THROW(histogram.add(std::vector<float>{0, value, 1}), Error);
    }
}

/// 0, 0.001, ... 0.999, many times over, and one value far away.
Histogram with_outlier() {
    Histogram histogram;
    std::vector<float> values(1000);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i) / 1000;
    for (int i = 0; i < 300; ++i) histogram.add(values);
    histogram.add(std::vector<float>{-200, 100});
    return histogram;
}

TEST(Observers, MinMaxKeepsEveryValue) {
    const Ends ends = observed_ends(with_outlier(), Observer::minmax);
    EXPECT_EQ(ends.low, -200);
    EXPECT_EQ(ends.high, 100);
}

TEST(Observers, PercentileLeavesOutOneValueInAHundredThousand) {
    const Histogram histogram = with_outlier();
    const Ends ends = observed_ends(histogram, Observer::percentile);
    EXPECT_EQ(ends.low, 0);
    EXPECT_GE(ends.high, 0.999F);
    EXPECT_LE(ends.high, 1 + histogram.width());
}

TEST(Observers, EntropyCutsATailAndKeepsAnEvenDistribution) {
    std::mt19937 random(1);
    std::normal_distribution<float> normal;
    std::uniform_real_distribution<float> uniform(-1, 1);
    std::vector<float> tail(200000), even(tail.size());
    std::ranges::generate(tail, [&] { return normal(random); });
    std::ranges::generate(even, [&] { return uniform(random); });
    tail.front() = 30;
    tail.back() = -30;
    Histogram tailed, flat;
    tailed.add(tail);
    flat.add(even);
    const Ends cut = observed_ends(tailed, Observer::entropy), whole = observed_ends(flat, Observer::entropy);
    EXPECT_LT(cut.high, 20);
    EXPECT_GT(cut.high, 3);
    EXPECT_GT(whole.high, 0.97F);
    EXPECT_LT(whole.low, -0.97F);
}

TEST(Observers, OfNothingButZerosGiveNoRange) {
    Histogram histogram;
    histogram.add(std::vector<float>(100, 0));
    for (const Observer observer : {Observer::minmax, Observer::percentile, Observer::entropy}) {
        const Ends ends = observed_ends(histogram, observer);
        EXPECT_EQ(ends.low, 0) << to_string(observer);
        EXPECT_EQ(ends.high, 0) << to_string(observer);
    }
}

}  // namespace
}  // namespace yolo::test
