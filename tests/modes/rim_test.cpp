// SPDX-License-Identifier: Apache-2.0
/// \file What no public entry was written for ends in yolo::Error all the same (core/rim.hpp).
#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <yolo/yolo.hpp>

#include "core/files.hpp"
#include "support/golden.hpp"

namespace yolo {
namespace {

namespace fs = std::filesystem;

/// "" when it throws nothing, "foreign" when it throws what is no Error.
template <class Call>
std::string sentence_of(const Call& call) {
    try {
        call();
        return "";
    } catch (const Error& error) {
        return error.what();
    } catch (...) {
        return "foreign";
    }
}

/// Anything but a result and a foreign exception, on one line.
#define EXPECT_SENTENCE(...)                                                 \
    do {                                                                     \
        const std::string text = sentence_of([&] { __VA_ARGS__; });          \
        EXPECT_NE(text, "") << #__VA_ARGS__;                                 \
        EXPECT_NE(text, "foreign") << #__VA_ARGS__;                          \
        EXPECT_EQ(text.find('\n'), std::string::npos) << text;               \
        EXPECT_EQ(text.find("filesystem error"), std::string::npos) << text; \
    } while (false)

Config with_option(const char* key, const std::string& value) {
    Config config;
    config.set("model", std::string("yolov8n.yaml"));
    config.set("imgsz", 32);
    config.set(key, value);
    return config;
}

TEST(Rim, TakesNamesThatAreTooLong) {
    const std::string name(300, 'x');
    const CommandContext quiet;
    Model model("yolov8n.yaml");
    EXPECT_SENTENCE(Model(name + ".pt"));
    EXPECT_SENTENCE(Model(name + ".yaml"));
    EXPECT_SENTENCE(model.predict(name + ".jpg"));
    EXPECT_SENTENCE(model.predict("/" + name + "/*.jpg"));
    EXPECT_SENTENCE(run_predict(with_option("source", name), quiet));
    EXPECT_SENTENCE(run_predict(with_option("model", name + ".yaml"), quiet));
    EXPECT_SENTENCE(run_val(with_option("data", name + ".yaml"), quiet));
    EXPECT_SENTENCE(run_val(with_option("data", name), quiet));
    EXPECT_SENTENCE(run_train(with_option("data", name + ".yaml"), quiet));
    EXPECT_SENTENCE(run_train(with_option("resume", name), quiet));
    EXPECT_SENTENCE(run_data_check(with_option("data", name + ".yaml"), quiet));
    EXPECT_SENTENCE(run_data_shapes({.folder = name}, quiet));
    EXPECT_SENTENCE(model_summary(with_option("model", name + ".pt")));
    EXPECT_SENTENCE(debug_tensors({.model = "yolov8n.yaml", .input = name, .output = name}));
    EXPECT_SENTENCE(read_config_file(name + ".yaml"));
    EXPECT_SENTENCE(write_default_config(name + ".yaml"));
    ::setenv("YOLO_CONFIG_DIR", ("/tmp/" + name).c_str(), 1);
    EXPECT_EQ(sentence_of([] { load_settings(); }), "");
    EXPECT_SENTENCE(change_settings({{"runs_dir", "r"}}));
    ::unsetenv("YOLO_CONFIG_DIR");
}

TEST(Rim, StandsAroundResults) {
    const std::string name(300, 'x');
    Model model("yolov8n.yaml");
    const std::vector<std::uint8_t> grey(32 * 32 * 3, 114);
    Result result =
        model.predict(ImageView{.data = grey.data(), .height = 32, .width = 32}, {.imgsz = Size{32, 32}});
    result.boxes = {Box{.x1 = 1, .y1 = 1, .x2 = 20, .y2 = 20, .confidence = 1, .class_id = 0}};
    EXPECT_SENTENCE(result.save("/tmp/" + name + ".jpg"));
    EXPECT_SENTENCE(result.save("/tmp/a.none"));
    EXPECT_SENTENCE(result.save_txt("/tmp/" + name));
    EXPECT_SENTENCE(result.save_txt("/proc/" + name + "/a"));
    EXPECT_SENTENCE(result.save_crop("/tmp/" + name, "a"));
    EXPECT_SENTENCE(result.save_crop(test::scratch_dir().string(), name));
    EXPECT_SENTENCE(result.polygon(7));
    EXPECT_SENTENCE((void)result.name(1000));
    result.boxes[0].class_id = 1000;
    EXPECT_SENTENCE((void)result.verbose());
    EXPECT_SENTENCE((void)result.to_json());
    EXPECT_SENTENCE((void)result.to_csv());
    EXPECT_SENTENCE((void)result.plot());
}

TEST(Rim, TakesACurrentFolderThatIsGone) {
    const fs::path before = fs::current_path(), gone = test::scratch_dir() / "gone";
    const std::string picture = (test::source_dir() / "examples" / "images" / "blood-1.jpg").string();
    fs::create_directory(gone);
    fs::current_path(gone);
    fs::remove(gone);
    const std::string text = sentence_of([&] { run_predict(with_option("source", picture), {}); });
    const std::string relative = sentence_of([&] { run_val(with_option("data", "set.yaml"), {}); });
    EXPECT_EQ(sentence_of([] { load_settings(); }), "");
    EXPECT_EQ(sentence_of([] { (void)system_facts(); }), "");
    fs::current_path(before);
    EXPECT_THAT(text, testing::HasSubstr("the current folder is not there any more"));
    EXPECT_NE(relative, "foreign");
    EXPECT_NE(relative, "");
}

}  // namespace
}  // namespace yolo
