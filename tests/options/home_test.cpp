// SPDX-License-Identifier: Apache-2.0
#include "support/home.hpp"

#include <cstdlib>

#include <gtest/gtest.h>

#include <yolo/config.hpp>
#include <yolo/settings.hpp>

#include "core/files.hpp"
#include "support/golden.hpp"

namespace yolo {
namespace {

namespace fs = std::filesystem;

class HomeOfOptions : public test::Home {};

TEST_F(HomeOfOptions, IsKnownToEveryOptionThatIsAPath) {
    int paths = 0;
    for (const OptionSpec& option : option_table()) {
        if (!is_path(option.type)) continue;
        ++paths;
        Config config;
        config.set(option.name, std::string("~/a b/ü"));
        EXPECT_EQ(config.text(option.name), "/h o/mé/a b/ü") << option.name;
        config.set(option.name, std::string("a b/~"));
        EXPECT_EQ(config.text(option.name), "a b/~") << option.name;
    }
    EXPECT_EQ(paths, 13) << "a new option that is a path goes into tests/cli/paths.txt, too";
    // Whoever adds an option whose name or help speaks of files gives it a type of is_path().
    for (const OptionSpec& option : option_table()) {
        const bool speaks = option.name.ends_with("_dir") || option.name.ends_with("_file") ||
                            option.help.starts_with("File ") || option.help.starts_with("Folder ") ||
                            option.help.starts_with("YAML file");
        EXPECT_TRUE(!speaks || is_path(option.type)) << option.name;
    }
}

TEST_F(HomeOfOptions, IsKnownInListsFilesAndSettings) {
    Config config;
    config.set("source", ValueList{std::string("~/a.jpg"), std::string("b.jpg"), 0});
    EXPECT_EQ(config.text("source"), "[/h o/mé/a.jpg, b.jpg, 0]");
    const fs::path folder = test::scratch_dir();
    ::setenv("HOME", folder.c_str(), 1);
    write_file(folder / "options.yaml", std::string_view("save_dir: ~/there\n"));
    for (const auto& [key, value] : read_config_file("~/options.yaml")) config.set(key, value);
    EXPECT_EQ(config.text("save_dir"), (folder / "there").string());
    write_default_config("~/default.yaml");
    EXPECT_TRUE(fs::exists(folder / "default.yaml"));

    ::setenv("YOLO_CONFIG_DIR", "~/config", 1);
    EXPECT_EQ(settings_file(), folder / "config" / "yolo.cpp" / "settings.json");
    change_settings({{"runs_dir", "~/my runs"}});
    EXPECT_EQ(load_settings().runs_dir, folder / "my runs");
    write_file(settings_file(), std::string_view(R"({"weights_dir": "~/w"})"));
    EXPECT_EQ(load_settings().weights_dir, folder / "w");
    ::unsetenv("YOLO_CONFIG_DIR");
}

}  // namespace
}  // namespace yolo
