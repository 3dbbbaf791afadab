// SPDX-License-Identifier: Apache-2.0
#include "modes/batch_choice.hpp"

#include <gmock/gmock.h>

#include <yolo/error.hpp>

namespace yolo::modes {
namespace {

using testing::HasSubstr;

Config with_batch(const char* text) {
    Config config;
    config.set_mode(Mode::train);
    config.set("batch", parse_value(text));
    return config;
}

TEST(BatchChoice, KnowsWhatMemoryDecides) {
    EXPECT_EQ(memory_share(with_batch("-1")), 0.6);
    EXPECT_EQ(memory_share(with_batch("0.7")), 0.7);
    EXPECT_EQ(memory_share(with_batch("16")), std::nullopt);
    EXPECT_EQ(batch_size(with_batch("16")), 16);
    for (const char* wrong : {"0", "-2", "1.5", "2000000"})
        EXPECT_THROW(memory_share(with_batch(wrong)), UsageError) << wrong;
}

/// 200 MB that are always there, and 100 MB a picture.
BatchProbes probes(double usable, int most) {
    return {{1, 300e6}, {4, 600e6}, usable, "free on this machine", most};
}

TEST(BatchChoice, FollowsTheLineThroughBothProbes) {
    const BatchChoice choice = batch_that_fits(probes(4e9, 1000), 0.6);
    EXPECT_EQ(choice.pictures, 22);  // 200 MB + 22 * 100 MB <= 2.4 GB
    EXPECT_EQ(
        choice.reason,
        "as many as fit into 60 % of memory (200 MB and 100 MB a picture, of 4.0 GB free on this machine)");
}

TEST(BatchChoice, HasItsBounds) {
    EXPECT_EQ(batch_that_fits(probes(4e9, 9), 0.6).pictures, 9);
    EXPECT_THAT(batch_that_fits(probes(4e9, 9), 0.6).reason, HasSubstr("all pictures that there are fit"));
    EXPECT_EQ(batch_that_fits(probes(4e12, 100000), 0.6).pictures, 1024);
    EXPECT_EQ(batch_that_fits(probes(0.3e9, 100), 0.6).pictures, 1);
    EXPECT_THAT(batch_that_fits(probes(0.3e9, 100), 0.6).reason, HasSubstr("even one does not fit"));
}

TEST(BatchChoice, WithoutAMeasurementItIsTheUsualNumber) {
    BatchProbes unmeasured = probes(4e9, 100);
    unmeasured.large.bytes = unmeasured.small.bytes = 0;
    EXPECT_EQ(batch_that_fits(unmeasured, 0.6).pictures, 16);
    unmeasured.most = 5;
    EXPECT_EQ(batch_that_fits(unmeasured, 0.6).pictures, 5);
}

TEST(BatchChoice, TheSecondProbeMustFit) {
    EXPECT_EQ(second_probe(100, 0.2e9, 0.3e9, 4e9), 4);
    EXPECT_EQ(second_probe(3, 0.2e9, 0.3e9, 4e9), 3);
    EXPECT_EQ(second_probe(100, 0.2e9, 2.2e9, 4e9), 1);  // three more would need 6 GB
    BatchProbes alone = probes(4e9, 100);
    alone.large = alone.small;
    EXPECT_EQ(batch_that_fits(alone, 0.6).pictures, 1);
    EXPECT_THAT(batch_that_fits(alone, 0.6).reason, HasSubstr("that alone takes 300 MB"));
}

}  // namespace
}  // namespace yolo::modes
