// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <yolo/error.hpp>
#include <yolo/settings.hpp>

#include "core/files.hpp"
#include "support/golden.hpp"

namespace yolo {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class SettingsFile : public ::testing::Test {
  protected:
    SettingsFile() : folder(test::scratch_dir()) { ::setenv("YOLO_CONFIG_DIR", folder.c_str(), 1); }
    ~SettingsFile() override { ::unsetenv("YOLO_CONFIG_DIR"); }

    Settings load() {
        warnings.clear();
        return load_settings([&](LogLevel, std::string_view text) { warnings.emplace_back(text); });
    }
    void write(std::string_view text) {
        make_directories(settings_file().parent_path());
        write_file(settings_file(), text);
    }

    std::filesystem::path folder;
    std::vector<std::string> warnings;
};

TEST_F(SettingsFile, LoadingNeverWrites) {
    const Settings settings = load();
    EXPECT_EQ(settings.runs_dir, "runs");
    EXPECT_EQ(settings.weights_dir, "weights");
    EXPECT_EQ(settings.datasets_dir, std::filesystem::current_path() / "datasets");
    EXPECT_FALSE(settings.tensorboard);
    EXPECT_FALSE(std::filesystem::exists(settings_file()));
    EXPECT_THAT(warnings, IsEmpty());
}

TEST_F(SettingsFile, ReadsBackWhatWasSaved) {
    Settings settings = default_settings();
    set_setting(settings, "runs_dir", "/tmp/7");
    set_setting(settings, "weights_dir", "7");
    set_setting(settings, "tensorboard", "True");
    save_settings(settings);
    const Settings back = load();
    EXPECT_EQ(back.runs_dir, "/tmp/7");
    EXPECT_EQ(back.weights_dir, "7");
    EXPECT_TRUE(back.tensorboard);
    EXPECT_THAT(warnings, IsEmpty());
}

TEST_F(SettingsFile, KeepsTheValidPartOfAWrongFile) {
    write(R"({"runs_dir": "elsewhere", "weights_dir": 3, "tensorbord": true})");
    const Settings settings = load();
    EXPECT_EQ(settings.runs_dir, "elsewhere");
    EXPECT_EQ(settings.weights_dir, "weights");
    EXPECT_THAT(warnings,
                ElementsAre(HasSubstr("weights_dir must be the name of a folder, not 3"),
                            HasSubstr("there is no setting 'tensorbord' (did you mean tensorboard?)")));
}

TEST_F(SettingsFile, FallsBackToTheDefaults) {
    for (const char* text : {"", "{", "[1]", "\xff\xfe"}) {
        write(text);
        EXPECT_EQ(load().runs_dir, "runs") << text;
        EXPECT_THAT(warnings, ElementsAre(HasSubstr("the default settings are used"))) << text;
    }
}

TEST_F(SettingsFile, RefusesUnknownKeysAndWrongTypes) {
    Settings settings;
    EXPECT_THROW(set_setting(settings, "run_dir", "a"), UsageError);
    EXPECT_THROW(set_setting(settings, "tensorboard", "maybe"), UsageError);
    EXPECT_THROW(set_setting(settings, "tensorboard", "1"), UsageError);
    EXPECT_THROW(set_setting(settings, "runs_dir", ""), UsageError);
}

TEST(SettingsPath, FollowsTheEnvironment) {
    ::unsetenv("YOLO_CONFIG_DIR");
    ::setenv("XDG_CONFIG_HOME", "/x", 1);
    EXPECT_EQ(settings_file(), "/x/yolo.cpp/settings.json");
    ::setenv("YOLO_CONFIG_DIR", "/y", 1);
    EXPECT_EQ(settings_file(), "/y/yolo.cpp/settings.json");
    ::unsetenv("YOLO_CONFIG_DIR");
    ::unsetenv("XDG_CONFIG_HOME");
}

}  // namespace
}  // namespace yolo
