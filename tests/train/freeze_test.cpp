// SPDX-License-Identifier: Apache-2.0
#include "train/freeze.hpp"

#include <gtest/gtest.h>

#include <yolo/error.hpp>

#include "checkpoint/checkpoint.hpp"

namespace yolo::train {
namespace {

TEST(Freeze, LayersByNumberListAndText) {
    const graph::Graph graph = checkpoint::load("yolov8n.yaml").graph;
    using Names = std::vector<std::string>;
    EXPECT_EQ(frozen_names(Value{}, graph), Names{});
    EXPECT_EQ(frozen_names(Value{std::int64_t{2}}, graph), (Names{"model.0.", "model.1."}));
    const ValueList list{Value{std::int64_t{10}}, Value{std::string("22.cv3")}};
    EXPECT_EQ(frozen_names(Value{list}, graph), (Names{"model.10.", "model.22.cv3."}));
    EXPECT_THROW(frozen_names(Value{std::int64_t{24}}, graph), UsageError);
    EXPECT_THROW(frozen_names(Value{std::int64_t{-1}}, graph), UsageError);
    EXPECT_THROW(frozen_names(Value{ValueList{Value{std::int64_t{23}}}}, graph), UsageError);
    ValueList every;
    for (std::int64_t i = 0; i < 23; ++i) every.push_back(Value{i});
    EXPECT_THROW(frozen_names(Value{every}, graph), UsageError);
    every.erase(every.begin() + 10, every.begin() + 12);  // an Upsample and a Concat: nothing to train there
    EXPECT_THROW(frozen_names(Value{every}, graph), UsageError);
    every.pop_back();  // the head
    EXPECT_EQ(frozen_names(Value{every}, graph).size(), 20U);
    EXPECT_THROW(frozen_names(Value{std::int64_t{23}}, graph), UsageError);
    EXPECT_THROW(frozen_names(Value{true}, graph), UsageError);
    EXPECT_THROW(frozen_names(Value{std::string("cv9")}, graph), UsageError);
}

/// The message shows a form that the command line takes.
TEST(Freeze, TheFormThatTheErrorSuggestsWorks) {
    const graph::Graph graph = checkpoint::load("yolov8n.yaml").graph;
    const std::string form = "[0, 1, '22.cv3']";
    try {
        frozen_names(parse_value("[0, 1, 22.3]"), graph);
        FAIL() << "a number was taken for a layer";
    } catch (const UsageError& error) {
        EXPECT_NE(std::string(error.what()).find(form), std::string::npos) << error.what();
    }
    EXPECT_EQ(frozen_names(parse_value(form), graph),
              (std::vector<std::string>{"model.0.", "model.1.", "model.22.cv3."}));
}

}  // namespace
}  // namespace yolo::train
