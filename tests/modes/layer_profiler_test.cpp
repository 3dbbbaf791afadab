// SPDX-License-Identifier: Apache-2.0
#include <thread>

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "core/files.hpp"
#include "modes/prediction/profile.hpp"
#include "support/golden.hpp"

namespace yolo::modes {
namespace {

using engines::LayerRun;
using std::chrono::milliseconds;
using ::testing::HasSubstr;

/// Layers "a" (of 2 GFLOP), "b" and so on.
std::shared_ptr<const engines::ProfiledLayers> some_layers(int count, const Shape& output = {1, 2, 4, 4}) {
    engines::ProfiledLayers layers;
    for (int i = 0; i < count; ++i)
        layers.push_back(
            {std::string(1, static_cast<char>('a' + i)), "Conv", output, i == 0 ? 2'000'000'000 : 0});
    return std::make_shared<const engines::ProfiledLayers>(std::move(layers));
}

/// Layer i takes (i + 1) * `unit` milliseconds.
LayerRun run_of(std::shared_ptr<const engines::ProfiledLayers> layers, int unit) {
    LayerRun run{std::move(layers), {2, 1e12}, {LayerRun::Time() + milliseconds(1000)}};
    for (std::size_t i = 0; i < run.layers->size(); ++i)
        run.times.push_back(run.times.back() + milliseconds((static_cast<int>(i) + 1) * unit));
    return run;
}

TEST(LayerProfiler, SumsLayersAndLeavesTheWarmUpOut) {
    LayerProfiler profiler;
    const auto layers = some_layers(3);
    profiler.add(run_of(layers, 50));
    profiler.add(run_of(layers, 1));
    profiler.add(run_of(layers, 3));
    const ProfileSums sums = profiler.sums();
    ASSERT_EQ(sums.layers.size(), 3U);
    EXPECT_NEAR(sums.layers[0].seconds, 0.004, 1e-12);
    EXPECT_NEAR(sums.layers[2].seconds, 0.012, 1e-12);
    EXPECT_NEAR(sums.layers[0].gflops_per_second(), 1000, 1e-6);  // 4 GFLOP in 4 ms
    EXPECT_NEAR(sums.layers[0].share_of_peak(), 1, 1e-9);
    EXPECT_EQ(sums.runs.count, 2);
    EXPECT_NEAR(sums.runs.mean(), 0.012, 1e-12);
    EXPECT_NEAR(sums.runs.fastest, 0.006, 1e-12);
    EXPECT_EQ(sums.warm_ups.count, 1);
    EXPECT_NEAR(sums.warm_ups.mean(), 0.3, 1e-12);
}

TEST(LayerProfiler, EachSizeAndThreadHasItsWarmUp) {
    LayerProfiler profiler;
    const auto small = some_layers(2), large = some_layers(2, {1, 2, 8, 8});
    for (int i = 0; i < 2; ++i) {
        profiler.add(run_of(small, 1));
        profiler.add(run_of(large, 1));
    }
    std::thread([&] { profiler.add(run_of(small, 1)); }).join();
    EXPECT_EQ(profiler.sums().warm_ups.count, 3);
    EXPECT_EQ(profiler.sums().runs.count, 2);
    EXPECT_TRUE(profiler.sums().layers[0].several_shapes);
    EXPECT_EQ(profiler.traced().back().thread, 2);
    EXPECT_TRUE(profiler.traced().back().warm_up);
}

TEST(LayerProfiler, KeepsSoManyRunsForTheTrace) {
    LayerProfiler profiler(3);
    const auto layers = some_layers(2);
    for (int i = 0; i < 9; ++i) profiler.add(run_of(layers, 1));
    EXPECT_EQ(profiler.traced().size(), 4U);
    EXPECT_EQ(profiler.sums().runs.count, 8);
}

double number_at(const std::string& line, std::size_t column) {
    return std::stod(line.substr(column));
}

TEST(ProfileTable, SlowestFirstAndTheRestAddsUp) {
    LayerProfiler profiler;
    const auto layers = some_layers(6);
    for (int i = 0; i < 3; ++i) profiler.add(run_of(layers, 2));
    const std::vector<std::string> lines = profile_table(profiler.sums(), 2);
    ASSERT_EQ(lines.size(), 6U);
    EXPECT_TRUE(lines[1].ends_with(" f"));
    EXPECT_TRUE(lines[2].ends_with(" e"));
    EXPECT_TRUE(lines[3].ends_with("4 others"));
    EXPECT_TRUE(lines[4].ends_with("all 6, mean of 2 runs"));
    double share = 0, time = 0;
    for (std::size_t i = 1; i < 4; ++i) {
        share += number_at(lines[i], 0);
        time += number_at(lines[i], 8);
    }
    EXPECT_NEAR(share, 100, 0.16);
    EXPECT_NEAR(time, number_at(lines[4], 8), 0.0016);
    EXPECT_NEAR(time, 42, 0.0016);
    EXPECT_THAT(lines[5], HasSubstr("A run takes 42.00 ms on average (42.00 to 42.00 ms)"));
}

TEST(ProfileTable, AsManyRowsAsFit) {
    LayerProfiler profiler;
    const auto layers = some_layers(3);
    for (int i = 0; i < 2; ++i) profiler.add(run_of(layers, 1));
    EXPECT_EQ(profile_table(profiler.sums(), 2).size(), 6U);  // one layer needs no line of the rest
    EXPECT_EQ(profile_table(LayerProfiler().sums()).size(), 1U);
}

TEST(Trace, IsJsonWithAnEventForEachLayer) {
    LayerProfiler profiler;
    engines::ProfiledLayers layers = *some_layers(2);
    layers[1].name = "a \"name\"\\";
    const auto shared = std::make_shared<const engines::ProfiledLayers>(layers);
    for (int i = 0; i < 2; ++i) profiler.add(run_of(shared, 1));
    const std::filesystem::path path = test::scratch_dir() / "trace.json";
    write_trace(path, profiler.traced(), "a \"title\"");
    const auto events = nlohmann::json::parse(read_text(path)).at("traceEvents");
    ASSERT_EQ(events.size(), 2U + 2 * 3);
    EXPECT_EQ(events[0]["args"]["name"], "a \"title\"");
    EXPECT_EQ(events[2]["name"], "network, warm-up");
    EXPECT_EQ(events[2]["args"]["warm_up"], true);
    EXPECT_EQ(events[4]["name"], "a \"name\"\\");
    EXPECT_EQ(events[4]["ph"], "X");
    EXPECT_EQ(events[4]["ts"], 1000);
    EXPECT_EQ(events[4]["dur"], 2000);
    EXPECT_EQ(events[3]["args"]["flops"], 2'000'000'000);
    EXPECT_EQ(events[3]["args"]["gflops_per_s"], 2000);
    EXPECT_EQ(events[3]["args"]["share_of_peak"], 2);
    EXPECT_EQ(events[3]["args"]["output"], (nlohmann::json{1, 2, 4, 4}));
}

}  // namespace
}  // namespace yolo::modes
