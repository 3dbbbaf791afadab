// SPDX-License-Identifier: Apache-2.0
#include "options/plot_options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <yolo/error.hpp>

namespace yolo {
namespace {

TEST(PlotOptionsOfKeys, AreTheUsualOnesUnlessGiven) {
    Config config;
    const PlotOptions usual = plot_options(config), plain;
    EXPECT_TRUE(usual.boxes && usual.labels && usual.confidence && usual.masks && usual.kpt_line);
    EXPECT_EQ(usual.line_width, plain.line_width);
    EXPECT_EQ(usual.font_size, plain.font_size);
    EXPECT_EQ(usual.kpt_radius, plain.kpt_radius);
    EXPECT_EQ(usual.color_mode, ColorMode::by_class);
    Config tracks;
    tracks.set_mode(Mode::track);
    EXPECT_EQ(plot_options(tracks).color_mode, ColorMode::by_instance);
    for (const auto& [key, value] : {std::pair{"show_boxes", "False"},
                                     {"show_labels", "False"},
                                     {"show_conf", "False"},
                                     {"line_width", "3"},
                                     {"font_size", "20"},
                                     {"kpt_radius", "9"},
                                     {"kpt_line", "False"},
                                     {"color_mode", "instance"}})
        config.set(key, parse_value(value));
    const PlotOptions given = plot_options(config);
    EXPECT_FALSE(given.boxes || given.labels || given.confidence || given.kpt_line);
    EXPECT_EQ(given.line_width, 3);
    EXPECT_EQ(given.font_size, 20);
    EXPECT_EQ(given.kpt_radius, 9);
    EXPECT_EQ(given.color_mode, ColorMode::by_instance);
    config.set("color_mode", std::string("rainbow"));
    EXPECT_THAT([&] { plot_options(config); },
                ::testing::ThrowsMessage<UsageError>(::testing::HasSubstr("must be class or instance")));
    EXPECT_THROW(config.set("kpt_radius", std::int64_t{-1}), UsageError);
    EXPECT_THROW(config.set("line_width", std::int64_t{40000}), UsageError);
}

}  // namespace
}  // namespace yolo
