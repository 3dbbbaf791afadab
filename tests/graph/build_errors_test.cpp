// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <yolo/error.hpp>

#include "graph/model_spec.hpp"

namespace yolo::graph {

namespace {

std::string error_text(const std::string& yaml) {
    try {
        (void)build_graph({parse_yaml(yaml, "bad.yaml"), "", "bad.yaml"});
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}

/// A description whose row 1 is the given one.
std::string text_with_row(const std::string& row) {
    return fmt::format(
        "nc: 2\nbackbone:\n  - [-1, 1, Conv, [16, 3, 2]]\n  - {}\nhead:\n  - [[-1], 1, Detect, [nc]]\n", row);
}

struct Bad {
    const char* row;
    const char* message;
};

TEST(BuildErrors, name_the_file_the_row_and_the_block) {
    const Bad cases[] = {
        {"[-1, 1, Konv, [16]]", "bad.yaml: row 1 (Konv): 'Konv' is not a block; there are Conv, "},
        {"[-1, 1, Conv, []]", "row 1 (Conv): the argument c2 is missing"},
        {"[-1, 1, Conv, [big]]", "the argument c2 must be an integer from 1 to 65536, not 'big'"},
        {"[-1, 1, Conv, [1000000000000]]", "the argument c2 must be an integer"},
        {"[-1, 1, Conv, [-8]]", "the argument c2 must be an integer"},
        {"[-1, 1, Conv, [8, 0]]", "the argument k must be an integer from 1 to 255, not 0"},
        {"[-1, 1, Conv, [8, 3, 1, None, 5]]", "cannot have 16 input and 8 output channels in 5 groups"},
        {"[-1, 1, Conv, [8, 3, 1, None, 1, 1, True, 7]]", "arguments are given"},
        {"[-1, 1, Conv, 8]", "the arguments must be a list, not 8"},
        {"[-1, 1, C2f, [16, maybe]]", "the argument shortcut must be True or False, not 'maybe'"},
        {"[-1, 1, C2f, [16, True, 1, 1e9]]", "the argument e must be a number"},
        {"[-1, 100000, C2f, [16]]", "repeats must be an integer from 1 to 1000, not 100000"},
        {"[-1, 0, C2f, [16]]", "repeats must be an integer"},
        {"[-1, two, C2f, [16]]", "repeats must be an integer"},
        {"[-1, 2, Concat, [1]]", "it cannot be repeated"},
        {"[-1, 1, Concat, [2]]", "the argument dimension must be"},
        {"[1, 1, Conv, [16]]", "'from' names 1, which is not an earlier row"},
        {"[-5, 1, Conv, [16]]", "'from' names -5, which is not an earlier row"},
        {"[x, 1, Conv, [16]]", "'from' names 'x'"},
        {"[[], 1, Concat, [1]]", "'from' must name 1 to 64 rows"},
        {"[[-1, 0], 1, Conv, [16]]", "it takes one input"},
        {"[-1, 1, Conv]", "row 1: it must be [from, repeats, module, arguments]"},
        {"[-1, 1, 7, [16]]", "row 1: it must be [from, repeats, module, arguments]"},
        {"[-1, 1, SPPF, [16, 4]]", "the argument k must be odd"},
        {"[-1, 1, nn.Upsample, [None, 2, bilinear]]", "the argument mode must be 'nearest', not 'bilinear'"},
        {"[-1, 1, nn.Upsample, [64, 2, nearest]]", "the argument size must be None"},
        {"[-1, 1, Detect, [nc]]", "row 2 (Detect): nothing can follow the head"},
        {"[-1, 1, Pose, [nc, kpt_shape]]", "kpt_shape must be [keypoints, 2 or 3]"},
        {"[-1, 1, Pose, [nc, [17, 4]]]", "must be an integer from 2 to 3, not 4"},
        {"[-1, 1, OBB, [nc, 3]]", "the argument ne must be an integer from 1 to 1"},
        {"[-1, 1, Conv, [16, 3, 3]]", "its stride is not a whole number"},
        {"[-1, 1000, nn.Upsample, [None, 16, nearest]]", "it cannot be repeated"},
    };
    for (const Bad& bad : cases) {
        EXPECT_THAT(error_text(text_with_row(bad.row)), testing::HasSubstr(bad.message)) << bad.row;
    }
}

TEST(BuildErrors, name_the_key) {
    const Bad cases[] = {
        {"[]", "bad.yaml: it is not a model description"},
        {"{}", "'nc' must be an integer"},
        {"{nc: 0, backbone: [], head: []}", "'nc' must be an integer from 1 to 65536, not 0"},
        {"{nc: 2, head: []}", "there is no list 'backbone'"},
        {"{nc: 2, backbone: [], head: 3}", "there is no list 'head'"},
        {"{nc: 2, backbone: [], head: []}", "the last row must be a head"},
        {"{nc: 2, scales: 3, backbone: [], head: []}", "'scales' must map letters"},
        {"{nc: 2, scales: {n: [1, 2]}, backbone: [], head: []}",
         "scale 'n' must be [depth, width, max_channels]"},
        {"{nc: 2, scales: {n: [1, -2, 3]}, backbone: [], head: []}", "the width of a scale must be a number"},
        {"{nc: 2, depth_multiple: .nan, backbone: [], head: []}", "depth_multiple must be a number"},
        {"{nc: 2, scales: {n: [1, 1, 64]}, scale: q, backbone: [], head: []}", "there is no scale 'q'"},
        {"{nc: 2, activation: nn.GELU(), backbone: [], head: []}", "'activation' can be nn.SiLU()"},
        {"{nc: 2, reg_max: 0, backbone: [], head: []}", "'reg_max' must be an integer from 1"},
        {"{nc: 2, end2end: True, backbone: [], head: []}", "end2end models are not known yet"},
        {"{nc: 2, channels: many, backbone: [], head: []}", "'channels' must be an integer"},
    };
    for (const Bad& bad : cases) EXPECT_THAT(error_text(bad.row), testing::HasSubstr(bad.message)) << bad.row;
}

TEST(BuildErrors, a_description_cannot_ask_for_unbounded_memory) {
    std::string rows;
    for (int i = 0; i < 900; ++i) rows += "  - [-1, 1000, C2f, [8]]\n";
    EXPECT_THAT(error_text("nc: 2\nbackbone:\n" + rows + "head:\n  - [-1, 1, Classify, [nc]]\n"),
                testing::HasSubstr("a model of more than 20000 nodes"));

    rows.clear();
    for (int i = 0; i < 40; ++i) rows += "  - [[-1, -1, -1, -1], 1, Concat, [1]]\n";
    EXPECT_THAT(error_text("nc: 2\nbackbone:\n" + rows + "head:\n  - [-1, 1, Classify, [nc]]\n"),
                testing::HasSubstr("channels; 1 to 65536 are possible"));

    rows.clear();
    for (int i = 0; i < 40; ++i) rows += "  - [-1, 1, nn.Upsample, [None, 16, nearest]]\n";
    EXPECT_THAT(error_text("nc: 2\nbackbone:\n" + rows + "head:\n  - [-1, 1, Classify, [nc]]\n"),
                testing::HasSubstr("its output is too large"));
}

}  // namespace

}  // namespace yolo::graph
