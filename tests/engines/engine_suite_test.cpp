// SPDX-License-Identifier: Apache-2.0
/// \file What every engine must hold. An engine joins with a line in engine_cases().
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <yolo/error.hpp>

#include "engines/compare.hpp"
#include "engines/exported/formats.hpp"
#include "engines/small_network.hpp"
#include "export/format.hpp"
#include "support/golden.hpp"

namespace yolo::test {
namespace {

using engines::Batch;

/// An engine as a model reaches it.
struct EngineCase {
    std::string name;                                               ///< in the table
    Precision precision = Precision::fp32;                          ///< asked for
    double tolerance = 1e-4;                                        ///< see largest_error()
    double half_tolerance = 0;                                      ///< where it computes in less than fp32
    std::vector<std::pair<int, int>> sizes = {{32, 24}, {16, 40}};  ///< height, width
    /// The network as the engine takes it: engines of files write it to one first.
    std::function<engines::ModelSource(graph::Network)> source = [](graph::Network network) {
        return engines::ModelSource(std::move(network));
    };
};

/// Writes networks of free size, or of one, to a file of the format. Unused where no engine of files is
/// built.
[[maybe_unused]] std::function<engines::ModelSource(graph::Network)> as_file(
    const char* format_name, std::optional<graph::InputSize> fixed) {
    return [=](graph::Network network) -> engines::ModelSource {
        static int count = 0;
        const exports::Format& format = exports::find_format(format_name);
        const auto file = scratch_dir() / fmt::format("{}{}", count++, format.suffix);
        graph::Network exporting = graph::expand_head(network, fixed);
        if (format.layout == graph::Layout::nhwc) exporting = graph::to_nhwc(exporting);
        const exports::Metadata metadata = {{"task", "detect"}};
        format.write({.network = exporting, .metadata = metadata}, file);
        return engines::open_exported(file, *engines::format_of_name(file.string()));
    };
}

std::vector<EngineCase> engine_cases() {
    return {
        {.name = "cpu"},
        {.name = "cpu", .precision = Precision::bf16, .half_tolerance = 0.1},
        {.name = "reference", .tolerance = 0},
#ifdef YOLO_HAS_LITERT
        {.name = "litert", .sizes = {{32, 24}}, .source = as_file("litert", graph::InputSize{32, 24})},
#endif
#ifdef YOLO_HAS_TORCH
        {.name = "torch"},
        {.name = "torch", .precision = Precision::bf16, .half_tolerance = 0.1},
#endif
    };
}

/// What a failing test is called by.
std::ostream& operator<<(std::ostream& to, const EngineCase& which) {
    return to << which.name;
}

class EngineSuite : public testing::TestWithParam<EngineCase> {
  protected:
    static std::unique_ptr<engines::Engine> made(unsigned seed = 11) {
        return engines::make_engine(GetParam().name, GetParam().source(small_network(seed)),
                                    {.threads = 1, .precision = GetParam().precision});
    }

    static double tolerance(const engines::Engine& engine) {
        return engine.traits().precision == Precision::fp32 ? GetParam().tolerance
                                                            : GetParam().half_tolerance;
    }

    /// Throws nothing and says where: it is called on threads too.
    static double error_of(engines::Engine& engine, const Batch& batch, const std::vector<Tensor>& expected) {
        const std::vector<Tensor> actual = engine.run(batch);
        if (actual.size() != expected.size()) return 1e9;
        double worst = 0;
        for (std::size_t i = 0; i < actual.size(); ++i) {
            if (actual[i].shape() != expected[i].shape()) return 1e9;
            worst = std::max(worst, largest_error(actual[i], expected[i]));
        }
        return worst;
    }

    static std::vector<Tensor> expected_of(const Batch& batch, unsigned seed = 11) {
        return engines::make_engine("reference", small_network(seed), {})->run(batch);
    }
};

TEST_P(EngineSuite, LikeReferenceForEverySizeAndNumberOfPictures) {
    const auto engine = made();
    unsigned seed = 1;
    for (const auto& [height, width] : GetParam().sizes) {
        for (const int pictures : {1, 3, 1}) {
            const Batch batch = random_batch(seed++, pictures, height, width);
            EXPECT_LE(error_of(*engine, batch, expected_of(batch)), tolerance(*engine))
                << pictures << " of " << height << " x " << width;
        }
    }
}

TEST_P(EngineSuite, FormsOfPicturesAgree) {
    const auto [height, width] = GetParam().sizes.front();
    const std::int64_t plane = std::int64_t{height} * width;
    std::mt19937 random(5);
    Tensor planar = Tensor::allocate(DType::u8, {2, 3, height, width});
    Tensor interleaved = Tensor::allocate(DType::u8, {2, height, width, 3});
    Tensor floats = Tensor::allocate(DType::f32, {2, 3, height, width});
    for (std::int64_t i = 0; i < 6 * plane; ++i) {
        const auto value = static_cast<std::uint8_t>(random());
        const std::int64_t n = i / (3 * plane), c = i / plane % 3, p = i % plane;
        planar.mutable_values<std::uint8_t>()[static_cast<std::size_t>(i)] = value;
        floats.mutable_values<float>()[static_cast<std::size_t>(i)] = static_cast<float>(value) / 255.0f;
        interleaved.mutable_values<std::uint8_t>()[static_cast<std::size_t>((n * plane + p) * 3 + 2 - c)] =
            value;
    }
    const auto engine = made();
    const std::vector<Tensor> expected = expected_of({floats, Batch::Layout::nchw_rgb});
    for (const Batch& batch : {Batch{planar, Batch::Layout::nchw_rgb}, Batch{floats, Batch::Layout::nchw_rgb},
                               Batch{interleaved, Batch::Layout::nhwc_bgr}})
        EXPECT_LE(error_of(*engine, batch, expected), tolerance(*engine))
            << to_string(batch.images.dtype()) << " " << to_string(batch.images.shape());
}

TEST_P(EngineSuite, TwoModelsAtOnce) {
    const auto [height, width] = GetParam().sizes.front();
    const Batch batch = random_batch(3, 1, height, width);
    const std::array seeds = {11U, 12U};
    const std::array engines = {made(seeds[0]), made(seeds[1])};
    const std::array expected = {expected_of(batch, seeds[0]), expected_of(batch, seeds[1])};
    std::array<double, 2> errors = {};
    {
        std::vector<std::jthread> threads;
        for (std::size_t t = 0; t < 2; ++t)
            threads.emplace_back([&, t] {
                for (int i = 0; i < 6; ++i)
                    errors[t] = std::max(errors[t], error_of(*engines[t], batch, expected[t]));
            });
    }
    for (std::size_t t = 0; t < 2; ++t) EXPECT_LE(errors[t], tolerance(*engines[t])) << "model " << t;
}

TEST_P(EngineSuite, OneModelFromSeveralThreads) {
    const auto engine = made();
    std::vector<Batch> batches;
    std::vector<std::vector<Tensor>> expected;
    for (const auto& [height, width] : GetParam().sizes) {
        batches.push_back(random_batch(static_cast<unsigned>(height), 1, height, width));
        expected.push_back(expected_of(batches.back()));
    }
    std::vector<double> errors(4, 0);
    {
        std::vector<std::jthread> threads;
        for (std::size_t t = 0; t < errors.size(); ++t) {
            threads.emplace_back([&, t] {
                for (std::size_t i = 0; i < 8; ++i) {
                    const std::size_t which = (i + t) % batches.size();
                    errors[t] = std::max(errors[t], error_of(*engine, batches[which], expected[which]));
                }
            });
        }
    }
    for (const double error : errors) EXPECT_LE(error, tolerance(*engine));
}

TEST_P(EngineSuite, OutputsOutliveTheEngineAndTheNextRun) {
    const auto [height, width] = GetParam().sizes.front();
    const Batch one = random_batch(1, 1, height, width), two = random_batch(2, 1, height, width);
    auto engine = made();
    const double most = tolerance(*engine);
    const std::vector<Tensor> kept = engine->run(one);
    const std::vector<Tensor> other = engine->run(two);
    engine.reset();
    EXPECT_LE(largest_error(kept[0], expected_of(one)[0]), most);
    EXPECT_LE(largest_error(other[0], expected_of(two)[0]), most);
}

TEST_P(EngineSuite, TellsWhatItIs) {
    const auto engine = made();
    const engines::EngineTraits traits = engine->traits();
    EXPECT_EQ(traits.height == 0, traits.width == 0);
    EXPECT_GE(traits.batch, 0);
    EXPECT_EQ(traits.device, "cpu");
    EXPECT_EQ(traits.output, OutputForm::decoded);
    const auto [height, width] = GetParam().sizes.front();
    const engines::EngineReport report = engine->report(height, width);
    EXPECT_EQ(report.engine(), GetParam().name);
    EXPECT_EQ(report.precision(), to_string(traits.precision));
    EXPECT_NE(report.instructions(), "");
    std::set<std::string> names;
    for (const auto& [name, value] : report.facts()) {
        EXPECT_NE(value, "") << name;
        EXPECT_TRUE(names.insert(name).second) << name << " is told twice";
    }
    if (!report.text("weight_bytes").empty()) {
        EXPECT_EQ(std::to_string(report.weight_bytes()), report.text("weight_bytes"));
    }
}

TEST_P(EngineSuite, RefusesWhatIsNoPicture) {
    const auto engine = made();
    const auto [height, width] = GetParam().sizes.front();
    const auto message_of = [&](const Batch& batch) -> std::string {
        try {
            engine->run(batch);
        } catch (const Error& error) {
            return error.what();
        }
        return "";
    };
    EXPECT_THAT(message_of(random_batch(1, 1, height, width, 4)), testing::HasSubstr("3 channels"));
    EXPECT_THAT(message_of({}), testing::HasSubstr("must be"));
    EXPECT_NE(message_of(random_batch(1, 1, height + 4, width)), "");
}

INSTANTIATE_TEST_SUITE_P(, EngineSuite, testing::ValuesIn(engine_cases()), [](const auto& made) {
    return made.param.name + (made.param.precision == Precision::fp32 ? "" : "_half");
});

}  // namespace
}  // namespace yolo::test
