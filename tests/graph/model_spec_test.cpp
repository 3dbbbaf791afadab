// SPDX-License-Identifier: Apache-2.0
#include "graph/model_spec.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <yolo/error.hpp>

#include "core/files.hpp"
#include "graph/shipped_models.hpp"
#include "support/golden.hpp"

namespace yolo::graph {

namespace {

using testing::HasSubstr;

TEST(ReadModelSpec, finds_shipped_models_anywhere) {
    const ModelSpec spec = read_model_spec("/nowhere/yolov8m-seg.yaml");
    EXPECT_EQ(spec.scale, "m");
    EXPECT_EQ(spec.file, "yolov8m-seg.yaml");
    EXPECT_EQ(spec.yaml["nc"], 80);
}

TEST(ReadModelSpec, every_shipped_model_builds_at_every_scale) {
    ASSERT_EQ(shipped_models().size(), 12u);
    for (const ShippedFile& model : shipped_models()) {
        for (const char* letter : {"n", "s", "m", "l", "x"}) {
            const std::string file = std::string(model.name).insert(6, letter);
            EXPECT_NO_THROW((void)build_graph(read_model_spec(file))) << file;
        }
    }
}

TEST(ReadModelSpec, takes_the_first_scale_and_warns_when_the_name_has_none) {
    std::string warning;
    EXPECT_EQ(read_model_spec("yolov8.yaml", &warning).scale, "n");
    EXPECT_THAT(warning, HasSubstr("yolov8.yaml names no scale: 'n' is used"));

    warning.clear();
    EXPECT_EQ(read_model_spec("yolov8l.yaml", &warning).scale, "l");
    EXPECT_EQ(warning, "");
}

TEST(ReadModelSpec, knows_the_short_names_of_p6) {
    const ModelSpec spec = read_model_spec("yolov8x6.yaml");
    EXPECT_EQ(spec.scale, "x");
    EXPECT_EQ(build_graph(spec).max_stride, 64);
}

TEST(ReadModelSpec, prefers_the_file_then_its_unscaled_neighbour) {
    const auto folder = test::scratch_dir();
    const auto describe = [](int nc) {
        return "nc: " + std::to_string(nc) +
               "\nscales: {n: [1, 1, 64], s: [1, 1, 64]}\nbackbone: []\nhead: []\n";
    };
    write_file(folder / "yolov8.yaml", describe(2));
    EXPECT_EQ(read_model_spec(folder / "yolov8s.yaml").yaml["nc"], 2);
    write_file(folder / "yolov8s.yaml", describe(3));
    const ModelSpec spec = read_model_spec(folder / "yolov8s.yaml");
    EXPECT_EQ(spec.yaml["nc"], 3);
    EXPECT_EQ(spec.scale, "s");
}

TEST(ReadModelSpec, reads_a_description_of_your_own) {
    const auto folder = test::scratch_dir();
    write_file(folder / "mine.yaml",
               "nc: 2\ndepth_multiple: 0.5\nwidth_multiple: 0.25\nbackbone: [[-1, 4, C2f, [64]]]\n"
               "head: [[-1, 1, Classify, [nc]]]\n");
    std::string warning;
    const ModelSpec spec = read_model_spec(folder / "mine.yaml", &warning);
    EXPECT_EQ(spec.scale, "");
    EXPECT_EQ(warning, "");
    EXPECT_EQ(build_graph(spec).layers[0].arguments, "[3, 16, 2]");
}

TEST(ReadModelSpec, says_what_there_is_when_the_name_is_unknown) {
    try {
        (void)read_model_spec("yolov99n.yaml");
        FAIL();
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("no model description 'yolov99n.yaml'"));
        EXPECT_THAT(error.what(), HasSubstr("yolov8-seg.yaml"));
    }
}

TEST(ReadModelSpec, refuses_other_yaml_files) {
    const auto folder = test::scratch_dir();
    for (const char* text : {"path: images\ntrain: a\n", "[1, 2]", "", "text", "backbone: ["}) {
        write_file(folder / "data.yaml", std::string_view(text));
        EXPECT_THROW((void)read_model_spec(folder / "data.yaml"), Error) << text;
    }
}

}  // namespace

}  // namespace yolo::graph
