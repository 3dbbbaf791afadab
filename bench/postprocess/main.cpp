// SPDX-License-Identifier: Apache-2.0
/// \file bench_postprocess [golden folder]: NMS against the plain O(n^2) way on the largest golden (or,
/// without goldens, on a synthetic output of that form), and the whole way of a 1920 x 1080 picture beside
/// the network, on one thread.
#include <algorithm>
#include <filesystem>
#include <random>

#include <fmt/core.h>
#include <opencv2/core.hpp>

#include "../timing.hpp"
#include "image/letterbox.hpp"
#include "image/scale_boxes.hpp"
#include "plain_nms.hpp"
#include "support/safetensors.hpp"
#include "tasks/task.hpp"

namespace yolo::bench {
namespace {

struct Output {
    std::string name;
    std::vector<float> values;
    int channels = 0, anchors = 0;

    tasks::RawOutput view() const { return {values, channels, anchors, 80}; }
};

/// Boxes at random places with 80 classes; `share` of the probabilities lie between 0.05 and 1, the rest
/// below 0.05.
Output synthetic(int anchors, double share, unsigned seed) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<float> place(0, 640), side(8, 200), unit(0, 1);
    Output output{fmt::format("synthetic, {} anchors", anchors), {}, 84, anchors};
    const auto fill = [&](auto draw) {
        for (int i = 0; i < anchors; ++i) output.values.push_back(draw());
    };
    for (int k = 0; k < 2; ++k) fill([&] { return place(random); });
    for (int k = 0; k < 2; ++k) fill([&] { return side(random); });
    for (int c = 0; c < 80; ++c) {
        fill([&] {
            return static_cast<double>(unit(random)) < share ? 0.05f + 0.95f * unit(random)
                                                             : 0.05f * unit(random) * unit(random);
        });
    }
    return output;
}

/// The golden of 80 classes with the most probabilities above 0.001 in its first picture.
Output largest_golden(const std::filesystem::path& folder) {
    Output best = synthetic(800, 0.5, 1);
    std::ptrdiff_t most = 0;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(folder / "nms", none)) {
        if (entry.path().extension() != ".safetensors") continue;
        const auto tensors = test::read_safetensors(entry.path());
        const test::StoredTensor& stored = test::tensor(tensors, "prediction");
        if (stored.shape.at(1) < 84) continue;
        Output output{entry.path().stem().string(), stored.floats(), static_cast<int>(stored.shape[1]),
                      static_cast<int>(stored.shape[2])};
        const auto probabilities = output.values.begin() + 4 * output.anchors;
        const auto count = std::count_if(probabilities, probabilities + 80 * output.anchors,
                                         [](float p) { return p > 0.001f; });
        if (count <= most) continue;
        most = count;
        output.values.resize(static_cast<std::size_t>(output.channels * output.anchors));
        best = std::move(output);
    }
    return best;
}

void compare_nms(const Output& output) {
    tasks::NmsOptions options{.conf = 0.001f, .iou = 0.7};
    options.multi_label = true;
    const auto found = tasks::find_candidates(output.view(), options.conf, true, {});
    const auto ours = tasks::nms(output.view(), options), theirs = plain_nms(output.view(), options, false);
    const bool equal =
        std::equal(ours.begin(), ours.end(), theirs.begin(), theirs.end(), [](const auto& a, const auto& b) {
            return a.anchor == b.anchor && a.class_id == b.class_id && a.score == b.score;
        });
    const double fast = median_ms(51, [&] { tasks::nms(output.view(), options); });
    const double plain = median_ms(5, [&] { plain_nms(output.view(), options, false); });
    const double stopping = median_ms(15, [&] { plain_nms(output.view(), options, true); });
    fmt::print("NMS, {}: {} candidates, {} detections, {} on both sides\n", output.name, found.size(),
               ours.size(), equal ? "equal" : "DIFFERENT");
    fmt::print("  ours                          {:9.3f} ms\n", fast);
    fmt::print("  plain O(n^2)                  {:9.3f} ms   ratio {:.4f} (target <= 0.1)\n", plain,
               fast / plain);
    fmt::print("  plain, ending at max_det      {:9.3f} ms   ratio {:.4f}\n", stopping, fast / stopping);
}

/// The engine's way in: interleaved BGR bytes to planes of RGB floats in 0..1.
void normalise(const cv::Mat& picture, std::vector<float>& planes) {
    const std::size_t pixels = picture.total();
    float *red = planes.data(), *green = red + pixels, *blue = green + pixels;
    const std::uint8_t* in = picture.data;
    for (std::size_t i = 0; i < pixels; ++i) {
        blue[i] = static_cast<float>(in[i * 3]) * (1.0f / 255);
        green[i] = static_cast<float>(in[i * 3 + 1]) * (1.0f / 255);
        red[i] = static_cast<float>(in[i * 3 + 2]) * (1.0f / 255);
    }
}

void whole_way() {
    cv::Mat picture(1080, 1920, CV_8UC3);
    cv::randu(picture, 0, 255);
    const tasks::TaskRoom& room = tasks::task_room(Task::detect);
    cv::Mat input(640, 640, CV_8UC3);
    std::vector<float> planes(3 * 640 * 640);
    const Output raw = synthetic(8400, 500.0 / 8400 / 80 / 0.79, 2);  // about 500 boxes above 0.25
    const Tensor output = Tensor::from({1, 84, 8400}, raw.values);
    const tasks::DecodeOptions options;
    Result result;
    const auto decode = [&] {
        result = Result();
        result.orig_shape = {1080, 1920};
        result.input_shape = {640, 640};
        room.decode({output}, 0, {}, options, result);
    };
    const double letterbox = median_ms(51, [&] { room.preprocess(picture, input, {640, 640}); });
    const double normalised = median_ms(51, [&] { normalise(input, planes); });
    const double decoded = median_ms(51, decode);
    const auto candidates = tasks::find_candidates(raw.view(), options.conf, false, {}).size();
    fmt::print(
        "\n1920 x 1080 in a 640 x 640 input, one thread, {} candidates of 8400 anchors, {} detections\n",
        candidates, result.boxes.size());
    fmt::print("  letterbox                     {:9.3f} ms\n", letterbox);
    fmt::print("  bytes to floats               {:9.3f} ms\n", normalised);
    fmt::print("  NMS and boxes to the picture  {:9.3f} ms\n", decoded);
    fmt::print("  together                      {:9.3f} ms   (target <= 3 ms)\n",
               letterbox + normalised + decoded);
}

}  // namespace
}  // namespace yolo::bench

int main(int count, char** arguments) {
    cv::setNumThreads(1);
    const char* named = std::getenv("YOLO_GOLDEN_DIR");
    std::filesystem::path golden = std::filesystem::path(YOLO_SOURCE_DIR).parent_path() / "shared" / "golden";
    if (named != nullptr) golden = named;
    if (count > 1) golden = arguments[1];
    yolo::bench::compare_nms(yolo::bench::largest_golden(golden));
    yolo::bench::whole_way();
}
