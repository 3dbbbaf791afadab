// SPDX-License-Identifier: Apache-2.0
/// \file Figures of trained checkpoints on their data sets against the reference's: golden/trained/*.json,
/// `val`. The first setting of each file is run; with YOLO_GOLDEN_ALL every one.
#include <cstdlib>
#include <fstream>

#include <fmt/core.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "inference/network.hpp"
#include "modes/loading_options.hpp"
#include "modes/validation/options.hpp"
#include "support/golden.hpp"

namespace yolo::modes {
namespace {

namespace fs = std::filesystem;
using GoldenJson = nlohmann::ordered_json;

constexpr double tolerance = 0.002;
constexpr int golden_batch = 8;

struct ValCase {
    fs::path file;
    std::string setting;  ///< "imgsz=320 rect=True"
};

void PrintTo(const ValCase& c, std::ostream* out) {
    *out << c.file.filename().string() << " " << c.setting;
}

GoldenJson read(const fs::path& file) {
    return GoldenJson::parse(std::ifstream(file));
}

std::vector<ValCase> cases() {
    const bool all = std::getenv("YOLO_GOLDEN_ALL") != nullptr;
    std::vector<ValCase> found;
    for (const fs::path& file : test::golden_files("trained", ".json")) {
        const GoldenJson golden = read(file);
        if (!golden.contains("val")) continue;
        for (const auto& [setting, expected] : golden.at("val").items()) {
            found.push_back({file, setting});
            if (!all) break;
        }
    }
#ifdef YOLO_SANITIZED
    // Figures are the release build's matter; trained_golden_test runs each task's code.
    std::erase_if(found, [](const ValCase& c) { return c.file.stem() != "mouse-pose"; });
#endif
    return found;
}

Config config_for(const ValCase& c, const GoldenJson& golden) {
    Config config;
    config.set_mode(Mode::val);
    config.set("data",
               (c.file.parent_path() / golden.at("data").get<std::string>()).lexically_normal().string());
    config.set("batch", std::int64_t{golden_batch});
    std::istringstream words(c.setting);
    for (std::string word; words >> word;) {
        const std::size_t equals = word.find('=');
        config.set(word.substr(0, equals), parse_value(word.substr(equals + 1)));
    }
    return config;
}

evaluation::ValResult validated(const fs::path& weights, Config config, Precision precision) {
    inference::Session session(checkpoint::load(weights));
    const LogSink quiet = [](LogLevel, std::string_view) {};
    const data::DatasetSpec spec =
        data::load_dataset_spec(config.text("data"), session.info().task, "", quiet);
    data::DatasetOptions dataset =
        dataset_options(config, config.text("split"), false, {.log = quiet, .cancelled = {}});
    dataset.write_cache = false;
    evaluation::Validator validator(session.info(), data::open_dataset(spec, dataset),
                                    validator_options(config, session.info(), quiet));
    engines::Engine& engine = session.engine({.engine = "cpu", .precision = precision, .threads = 1});
    return validator.run_concurrently(inference::engine_network(engine, session.info(), false));
}

class ValGolden : public ::testing::TestWithParam<ValCase> {};

TEST_P(ValGolden, FiguresAreTheReferences) {
    const GoldenJson golden = read(GetParam().file);
    const fs::path weights = fs::path(GetParam().file).replace_extension(".pt");
    const Config config = config_for(GetParam(), golden);
    YOLO_REQUIRE_FILE(config.text("data"));
    const evaluation::ValResult result = validated(weights, config, Precision::fp32);
    const GoldenJson& expected = golden.at("val").at(GetParam().setting);
    for (const auto& [key, value] : expected.items()) {
        if (!key.starts_with("metrics/")) continue;
        const bool is_map = key.find("mAP") != std::string::npos || key.find("accuracy") != std::string::npos;
        const double wanted = value.get<double>(), got = result.metric(key);
        fmt::print("{} {} {}: {:.5f}, reference {:.5f}\n", GetParam().file.stem().string(),
                   GetParam().setting, key, got, wanted);
        if (is_map) {
            EXPECT_NEAR(got, wanted, tolerance) << key;
        }
    }
}

std::string case_name(const ::testing::TestParamInfo<ValCase>& info) {
    std::string name = info.param.file.stem().string() + "_" + info.param.setting;
    std::replace_if(
        name.begin(), name.end(), [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; },
        '_');
    return name;
}

INSTANTIATE_TEST_SUITE_P(Golden, ValGolden, ::testing::ValuesIn(cases()), case_name);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ValGolden);

TEST(ValGoldens, ArePresent) {
    YOLO_REQUIRE_GOLDEN("trained");
}

}  // namespace
}  // namespace yolo::modes
