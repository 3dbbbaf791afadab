// SPDX-License-Identifier: Apache-2.0
/// \file The option table itself, and the texts that are made from it.
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <yolo/config.hpp>

#include "core/files.hpp"
#include "support/golden.hpp"

namespace yolo {
namespace {

TEST(OptionTable, HasTheFieldsKeysAndOurs) {
    const auto table = option_table();
    ASSERT_EQ(table.size(), 124U);
    EXPECT_EQ(table[0].name, "task");
    EXPECT_EQ(table[116].name, "tracker");
    EXPECT_EQ(table[123].name, "save_dir");  // the last line of args.yaml
}

TEST(OptionTable, EachKeyOnceWithOneSentence) {
    std::set<std::string_view> names;
    for (const OptionSpec& option : option_table()) {
        EXPECT_TRUE(names.insert(option.name).second) << option.name;
        EXPECT_EQ(find_option(option.name), &option);
        ASSERT_FALSE(option.help.empty()) << option.name;
        EXPECT_EQ(option.help.back(), '.') << option.name;
        EXPECT_EQ(option.help.find('|'), std::string_view::npos)
            << option.name << " breaks the Markdown table";
        EXPECT_EQ(option.pending & ~option.modes, 0U) << option.name;
    }
}

TEST(OptionTable, EveryDefaultPassesItsOwnCheck) {
    for (const OptionSpec& option : option_table()) {
        Config config;
        EXPECT_NO_THROW(config.set(option.name, config.get(option.name))) << option.name;
    }
}

TEST(OptionTable, DocsPageIsWhatTheTableWrites) {
    EXPECT_EQ(read_text(test::source_dir() / "docs" / "options.md"), options_markdown())
        << "run: yolo cfg --markdown > docs/options.md";
}

TEST(ConfigYaml, ReadsBackTheSame) {
    Config config;
    config.set("classes", ValueList{0, 2});
    config.set("name", Value(7));
    config.set("source", std::string("a: 'b' # c"));
    config.set("device", std::string(""));
    config.set("lr0", 1e-5);
    const auto file = test::scratch_dir() / "args.yaml";
    write_file(file, config_yaml(config));
    Config back;
    for (const auto& [key, value] : read_config_file(file)) back.set(key, value);
    for (const OptionSpec& option : option_table()) {
        EXPECT_EQ(back.get(option.name), config.get(option.name)) << option.name;
    }
}

TEST(ConfigYaml, HoldsOwnKeysOnlyWhereTheyWereChanged) {
    Config config;
    EXPECT_THAT(config_yaml(config), testing::Not(testing::HasSubstr("threads:")));
    EXPECT_THAT(config_yaml(config), testing::HasSubstr("tracker:"));
    config.set("threads", Value(3));
    EXPECT_THAT(config_yaml(config), testing::HasSubstr("threads: 3\n"));
    EXPECT_THAT(config_yaml(config), testing::Not(testing::HasSubstr("engine:")));
}

TEST(DefaultConfigYaml, ReadsBackAsTheDefaults) {
    const auto file = test::scratch_dir() / "default.yaml";
    write_file(file, default_config_yaml());
    const auto options = read_config_file(file);
    ASSERT_EQ(options.size(), option_table().size());
    const Config defaults;
    for (const auto& [key, value] : options) EXPECT_EQ(value, defaults.get(key)) << key;
}

}  // namespace
}  // namespace yolo
