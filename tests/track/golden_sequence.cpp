// SPDX-License-Identifier: Apache-2.0
#include "golden_sequence.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "core/files.hpp"
#include "image/codec.hpp"

namespace yolo::test {

namespace {

Value to_value(const nlohmann::json& given) {
    if (given.is_boolean()) return given.get<bool>();
    if (given.is_number_integer()) return given.get<std::int64_t>();
    if (given.is_number()) return given.get<double>();
    return given.get<std::string>();
}

std::string numbered(const std::string& what, int frame) {
    return fmt::format("{}{:03}", what, frame);
}

}  // namespace

GoldenSequence::GoldenSequence(const GoldenCase& golden) : golden_(golden) {
    while (golden.has(numbered("detections", size_))) ++size_;
    rotated_ = size_ > 0 && tensor(golden.tensors, numbered("detections", 0)).shape.back() == 7;
    // Where the camera's motion is estimated, a box is as exact as that.
    if (golden.json.at("settings").value("gmc_method", "none") != "none") tolerance_ = 0.5f;
}

std::vector<std::vector<float>> GoldenSequence::rows(const std::string& what, int frame) const {
    const StoredTensor& stored = tensor(golden_.tensors, numbered(what, frame));
    const std::vector<float> values = stored.floats();
    std::vector<std::vector<float>> rows(static_cast<std::size_t>(stored.shape.front()));
    const auto width = stored.shape.back();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto begin = values.begin() + static_cast<std::ptrdiff_t>(i) * width;
        rows[i].assign(begin, begin + width);
    }
    return rows;
}

TrackerOptions GoldenSequence::options() const {
    TrackerOptions options;
    for (const auto& [key, value] : golden_.json.at("settings").items()) {
        if (key == "tracker_type") {
            options.type = value;
        } else {
            options.settings.emplace_back(key, to_value(value));
        }
    }
    return options;
}

Detections GoldenSequence::detections(int frame) const {
    Detections given;
    for (const auto& row : rows("detections", frame)) {
        if (rotated_) {
            given.obb.push_back({row[0], row[1], row[2], row[3], row[4], row[5], static_cast<int>(row[6])});
        } else {
            given.boxes.push_back({row[0], row[1], row[2], row[3], row[4], static_cast<int>(row[5])});
        }
    }
    if (golden_.has(numbered("features", frame))) given.features = rows("features", frame);
    if (golden_.has(numbered("dropped", frame))) {
        for (const auto& row : rows("dropped", frame)) {  // centre and sides
            const float x = row[2] / 2, y = row[3] / 2;
            given.recovered.push_back(
                {row[0] - x, row[1] - y, row[0] + x, row[1] + y, row[4], static_cast<int>(row[5])});
        }
    }
    return given;
}

Image GoldenSequence::picture(int frame) const {
    if (!golden_.json.contains("frames") && golden_.json.at("settings").value("gmc_method", "none") == "none")
        return {};
    // "gmc_frames/NNN.jpg"; a case that does not say it has those of its name: botsort_obb_gmc2.
    std::string folder = golden_.name.find("gmc2") != std::string::npos ? "gmc2_frames" : "gmc_frames";
    if (golden_.json.contains("frames")) {
        const std::string pattern = golden_.json.at("frames");
        folder = pattern.substr(0, pattern.find('/'));
    }
    const auto path = golden_dir() / "trackers" / folder / fmt::format("{:03}.jpg", frame);
    auto pixels = std::make_shared<cv::Mat>(image::read_image(path));
    const ImageView view{pixels->data, pixels->rows, pixels->cols, PixelFormat::bgr, pixels->step[0]};
    return {pixels, view};
}

void GoldenSequence::expect_rows(int frame, const Tracks& tracks) const {
    const auto wanted = rows("tracks", frame);
    ASSERT_EQ(tracks.size(), wanted.size());
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        std::vector<float> row;
        if (rotated_) {
            const RotatedBox& box = tracks.obb.at(i);
            row = {box.cx,         box.cy,
                   box.width,      box.height,
                   box.angle,      static_cast<float>(box.track_id),
                   box.confidence, static_cast<float>(box.class_id)};
        } else {
            const Box& box = tracks.boxes.at(i);
            row = {box.x1,
                   box.y1,
                   box.x2,
                   box.y2,
                   static_cast<float>(box.track_id),
                   box.confidence,
                   static_cast<float>(box.class_id)};
        }
        row.push_back(static_cast<float>(tracks.indices[i]));
        for (std::size_t k = 0; k < 4; ++k) EXPECT_NEAR(row[k], wanted[i][k], tolerance_) << "row " << i;
        if (rotated_) {
            EXPECT_NEAR(row[4], wanted[i][4], 1e-3) << "angle of row " << i;
        }
        for (std::size_t k = rotated_ ? 5 : 4; k < row.size(); ++k)
            EXPECT_NEAR(row[k], wanted[i][k], 1e-6) << "row " << i << ", column " << k;
    }
}

}  // namespace yolo::test
