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
    change_settings({{"runs_dir", "/tmp/7"}, {"weights_dir", "7"}, {"tensorboard", "True"}});
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
    EXPECT_THROW(change_settings({{"run_dir", "a"}}), UsageError);
    EXPECT_THROW(change_settings({{"tensorboard", "maybe"}}), UsageError);
    EXPECT_THROW(change_settings({{"tensorboard", "1"}}), UsageError);
    EXPECT_THROW(change_settings({{"weights_dir", "a"}, {"runs_dir", ""}}), UsageError);
    EXPECT_FALSE(std::filesystem::exists(settings_file())) << "all or nothing";
}

TEST_F(SettingsFile, ChangesOnlyWhatIsAsked) {
    write(R"({"uuid": "abc", "weights_dir": "w"})");
    change_settings({{"runs_dir", "r"}});
    EXPECT_EQ(read_text(settings_file()), R"({
  "uuid": "abc",
  "weights_dir": "w",
  "runs_dir": "r",
  "settings_version": "1"
}
)");
    EXPECT_EQ(load().datasets_dir, std::filesystem::current_path() / "datasets") << "as before";
}

TEST_F(SettingsFile, OfThePythonPackageIsReadWithoutHarm) {
    const char* text =
        R"({"settings_version": "0.0.6", "datasets_dir": "/d", "weights_dir": "/w", "runs_dir": "/r", "uuid": "0f",
            "sync": true, "api_key": "", "openai_api_key": "", "clearml": true, "comet": true, "dvc": true, "hub": true,
            "mlflow": true, "neptune": true, "raytune": true, "tensorboard": false, "wandb": false,
            "vscode_msg": true, "openvino_msg": false})";
    write(text);
    EXPECT_EQ(load().runs_dir, "/r");
    EXPECT_THAT(warnings, IsEmpty());
    change_settings({{"wandb", "True"}},
                    [&](LogLevel, std::string_view line) { warnings.emplace_back(line); });
    EXPECT_THAT(warnings, ElementsAre("wandb is a setting of the Python package: it has no effect here"));
    EXPECT_EQ(read_text(settings_file()), text);
}

TEST_F(SettingsFile, ThatIsDamagedIsNeverOverwritten) {
    write("{\"runs_dir\": ");
    EXPECT_THROW(change_settings({{"runs_dir", "r"}}), Error);
    EXPECT_EQ(read_text(settings_file()), "{\"runs_dir\": ");
    const std::filesystem::path kept = reset_settings();
    EXPECT_EQ(read_text(kept), "{\"runs_dir\": ");
    EXPECT_FALSE(std::filesystem::exists(settings_file()));
    change_settings({{"runs_dir", "r"}});
    EXPECT_TRUE(reset_settings().empty());
    EXPECT_TRUE(reset_settings().empty()) << "nothing to do is no error";
    EXPECT_EQ(load().runs_dir, "runs");
}

TEST_F(SettingsFile, IsWrittenThroughALink) {
    make_directories(settings_file().parent_path());
    std::filesystem::create_symlink(folder / "elsewhere.json", settings_file());
    write_file(folder / "elsewhere.json", std::string_view("{}"));
    change_settings({{"runs_dir", "r"}});
    EXPECT_TRUE(std::filesystem::is_symlink(settings_file()));
    EXPECT_EQ(load().runs_dir, "r");
}

TEST(SettingsPath, FollowsTheEnvironment) {
    ::unsetenv("YOLO_CONFIG_DIR");
    ::setenv("XDG_CONFIG_HOME", "/x", 1);
    EXPECT_EQ(settings_file(), "/x/yolo.cpp/settings.json");
    ::setenv("YOLO_CONFIG_DIR", "/y", 1);
    EXPECT_EQ(settings_file(), "/y/yolo.cpp/settings.json");
    ::unsetenv("YOLO_CONFIG_DIR");
    ::setenv("XDG_CONFIG_HOME", "relative", 1);
    const std::filesystem::path file = settings_file();
    EXPECT_TRUE(file.empty() || file.is_absolute()) << file;
    ::unsetenv("XDG_CONFIG_HOME");
}

}  // namespace
}  // namespace yolo
