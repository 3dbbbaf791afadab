// SPDX-License-Identifier: Apache-2.0
// What the reference makes of good and bad label files and pictures: golden/labels, and golden/labels/more.
#include <algorithm>
#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "data/dataset/picture_list.hpp"
#include "data/dataset/verify.hpp"
#include "image/picture_suffixes.hpp"
#include "support/golden.hpp"

namespace yolo::data {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr float tolerance = 1e-6F;

/// golden/labels and every folder in it that holds cases of the same form.
std::vector<fs::path> label_folders() {
    std::vector<fs::path> folders;
    const fs::path root = test::golden_dir() / "labels";
    if (fs::exists(root / "expected.json")) folders.push_back(root);
    for (const auto& entry : fs::directory_iterator(root)) {
        if (fs::exists(entry.path() / "expected.json")) folders.push_back(entry.path());
    }
    return folders;
}

json expected_of(const fs::path& folder) {
    json expected;
    std::ifstream(folder / "expected.json") >> expected;
    return expected;
}

LabelRules rules_of(const json& expected, const json& labels) {
    LabelRules rules;
    rules.class_count = expected.at("classes").get<int>();
    rules.single_cls = labels.value("single_cls", false);
    std::string task = labels.at("task").get<std::string>();
    if (task == "pose2") rules.kpt_shape = {3, 2};
    if (task == "pose3") rules.kpt_shape = {3, 3};
    if (task.starts_with("pose")) task = "pose";
    rules.task = parse_task(task);
    if (labels.contains("kpt_shape")) {
        rules.kpt_shape = {labels["kpt_shape"][0].get<int>(), labels["kpt_shape"][1].get<int>()};
    }
    return rules;
}

/// The picture of a case: its suffix is not said.
fs::path picture_of(const fs::path& folder, const std::string& name) {
    for (const auto suffix : image::picture_suffixes()) {
        const fs::path path = folder / "images" / (name + "." + std::string(suffix));
        if (fs::exists(path)) return path;
    }
    return folder / "images" / (name + ".jpg");
}

std::vector<float> flat(const json& value) {
    std::vector<float> numbers;
    for (const json& item : value) {
        if (item.is_array()) {
            const auto more = flat(item);
            numbers.insert(numbers.end(), more.begin(), more.end());
        } else {
            numbers.push_back(item.get<float>());
        }
    }
    return numbers;
}

void expect_near(const std::vector<float>& actual, const std::vector<float>& wanted) {
    ASSERT_EQ(actual.size(), wanted.size());
    for (std::size_t i = 0; i < actual.size(); ++i)
        EXPECT_NEAR(actual[i], wanted[i], tolerance) << "at " << i;
}

void expect_labels(const Labels& labels, const json& expected) {
    std::vector<float> rows, points, keypoints;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        rows.push_back(static_cast<float>(labels.classes[i]));
        rows.insert(rows.end(), labels.boxes[i].begin(), labels.boxes[i].end());
    }
    expect_near(rows, flat(expected.at("rows")));
    for (const Polygon& polygon : labels.polygons) {
        for (const Point& point : polygon) points.insert(points.end(), {point.x, point.y});
    }
    const json& polygons = expected.at("segments");
    EXPECT_EQ(labels.polygons.size(), polygons.is_null() ? 0 : polygons.size());
    expect_near(points, polygons.is_null() ? std::vector<float>{} : flat(polygons));
    for (const LabelPoint& p : labels.keypoints) keypoints.insert(keypoints.end(), {p.x, p.y, p.visibility});
    const json& wanted = expected.at("keypoints");
    expect_near(keypoints, wanted.is_null() ? std::vector<float>{} : flat(wanted));
}

TEST(LabelGolden, LabelFiles) {
    YOLO_REQUIRE_GOLDEN("labels");
    std::size_t checked = 0;
    for (const fs::path& folder : label_folders()) {
        const json expected = expected_of(folder);
        for (const auto& [name, wanted] : expected.at("labels").items()) {
            SCOPED_TRACE(name);
            const fs::path picture = picture_of(folder, name);
            const Verified found =
                verify(picture.string(), label_path(picture.string()), rules_of(expected, wanted));
            EXPECT_EQ(found.corrupt, wanted.at("corrupt") == 1) << found.message;
            EXPECT_EQ(found.state == Verified::State::missing, wanted.at("missing") == 1);
            EXPECT_EQ(found.state == Verified::State::empty, wanted.at("empty") == 1);
            const bool message =
                wanted.contains("message") ? wanted["message"] == true : !wanted.at("reason").is_null();
            EXPECT_EQ(!found.message.empty(), message) << found.message;
            if (wanted.at("corrupt") != 1) expect_labels(found.labels, wanted);
            ++checked;
        }
    }
    EXPECT_GT(checked, 0U);
}

TEST(LabelGolden, Pictures) {
    YOLO_REQUIRE_GOLDEN("labels");
    for (const fs::path& folder : label_folders()) {
        const json expected = expected_of(folder);
        const json& pictures = expected.contains("pictures") ? expected["pictures"] : expected.at("images");
        for (const auto& [name, entry] : pictures.items()) {
            SCOPED_TRACE(name);
            const json& wanted = entry.contains("label_check") ? entry["label_check"] : entry;
            const Verified found = verify((folder / "images" / name).string(), "", {});
            EXPECT_EQ(found.corrupt, wanted.at("corrupt") == 1) << found.message;
            if (found.corrupt) continue;
            const json& size = wanted.at("shape_hw");
            EXPECT_EQ(found.size, (Size{size[0].get<int>(), size[1].get<int>()}));
        }
    }
}

/// "[a, b]" and "a, fraction 0.5" name places and a share of their pictures.
struct ListCase {
    std::vector<fs::path> places;
    double fraction = 1;
};

ListCase list_case(std::string text, const fs::path& tree) {
    ListCase parsed;
    if (const auto at = text.find(", fraction "); at != std::string::npos) {
        parsed.fraction = std::stod(text.substr(at + 11));
        text.resize(at);
    }
    if (text.starts_with('[')) text = text.substr(1, text.size() - 2);
    for (std::size_t at = 0; at != std::string::npos;) {
        const auto comma = text.find(", ", at);
        parsed.places.push_back(tree / text.substr(at, comma - at));
        at = comma == std::string::npos ? comma : comma + 2;
    }
    return parsed;
}

TEST(LabelGolden, PictureLists) {
    YOLO_REQUIRE_GOLDEN("labels");
    for (const fs::path& folder : label_folders()) {
        const json expected = expected_of(folder);
        if (!expected.contains("lists")) continue;
        const fs::path tree = fs::absolute(folder / "tree").lexically_normal();
        for (const auto& [text, wanted] : expected["lists"].items()) {
            SCOPED_TRACE(text);
            const ListCase list = list_case(text, tree);
            std::vector<std::string> found = list_pictures(list.places);
            found.resize(fraction_count(found.size(), list.fraction));
            std::vector<std::string> paths;
            for (std::string path : wanted) {
                if (path.starts_with("<tree>")) path.replace(0, 6, tree.string());
                // On purpose: a line without "./" is looked for beside its list, too.
                if (!path.starts_with('/') && fs::exists(tree / path)) path = (tree / path).string();
                paths.push_back(path);
            }
            std::sort(paths.begin(), paths.end());
            EXPECT_EQ(found, paths);
        }
        for (const auto& [picture, label] : expected.at("label_paths").items()) {
            EXPECT_EQ(label_path(picture), label.get<std::string>());
        }
        std::vector<std::string> suffixes;
        for (const auto suffix : image::picture_suffixes()) suffixes.emplace_back(suffix);
        EXPECT_EQ(suffixes, expected.at("picture_suffixes").get<std::vector<std::string>>());
    }
}

}  // namespace

}  // namespace yolo::data
