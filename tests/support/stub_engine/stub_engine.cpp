// SPDX-License-Identifier: Apache-2.0
/// \file The smallest engine that runs a file: a plug-in for support/stub_model.hpp. It finds the rectangle
/// of all white pixels and calls it class 1. Built a second time with another version of the interface.
#include <algorithm>
#include <atomic>

#include "engines/batch.hpp"
#include "engines/engine_plugin.hpp"
#include "engines/exported/model_info.hpp"

namespace {

using namespace yolo;
using namespace yolo::engines;

struct Box {
    float left = 1e9f, top = 1e9f, right = 0, bottom = 0;
    bool found() const { return right > left; }
};

class StubEngine final : public Engine {
  public:
    explicit StubEngine(const ExportedFile& file)
        : traits_(traits_from_metadata(file.metadata, file.path.string())),
          channels_(info_from_metadata(file.metadata, file.path.string(), Task::detect).channels) {
        const auto text = [&](const char* key) {
            const auto found = file.metadata.find(key);
            return found == file.metadata.end() ? std::string() : found->second;
        };
        if (text("layout") == "nhwc") traits_.layout = InputLayout::nhwc;
        classes_ = text("classes").empty() ? 2 : std::stoi(text("classes"));
    }

    std::vector<Tensor> run(const Batch& batch) override {
        const BatchShape shape = check_batch(batch, channels_, traits_);
        const Tensor input = float_input(batch, shape, traits_.layout);
        ++runs_;
        const bool rows = traits_.output == OutputForm::final_rows;
        Tensor output = Tensor::allocate(
            DType::f32, rows ? Shape{shape.count, rows_, 6} : Shape{shape.count, 4 + classes_, rows_});
        const std::span<float> values = output.mutable_values<float>();
        std::fill(values.begin(), values.end(), 0.0f);
        const std::size_t picture = values.size() / static_cast<std::size_t>(shape.count);
        for (std::int64_t n = 0; n < shape.count; ++n) {
            const Box box = white_box(input, shape, n);
            if (!box.found()) continue;
            const std::span<float> to = values.subspan(static_cast<std::size_t>(n) * picture, picture);
            rows ? write_row(box, to) : write_column(box, to);
        }
        return {output};
    }

    EngineTraits traits() const override { return traits_; }
    EngineReport report(int, int) override {
        return {{"engine", "stub"},
                {"precision", "fp32"},
                {"instructions", "plain C++"},
                {"runs", std::to_string(runs_.load())}};
    }

  private:
    static void write_row(const Box& box, std::span<float> to) {
        const std::array row = {box.left, box.top, box.right, box.bottom, 0.9f, 1.0f};
        std::copy(row.begin(), row.end(), to.begin());
    }

    /// In the second of the columns.
    static void write_column(const Box& box, std::span<float> to) {
        const std::array column = {(box.left + box.right) / 2,
                                   (box.top + box.bottom) / 2,
                                   box.right - box.left,
                                   box.bottom - box.top,
                                   0.0f,
                                   0.9f};
        for (std::size_t i = 0; i < column.size(); ++i) to[i * rows_ + 1] = column[i];
    }

    Box white_box(const Tensor& input, const BatchShape& shape, std::int64_t n) const {
        const bool interleaved = traits_.layout == InputLayout::nhwc;
        const auto values = input.values<float>();
        Box box;
        for (std::int64_t p = 0; p < shape.height * shape.width; ++p) {
            const std::int64_t plane = shape.height * shape.width;
            const auto at =
                static_cast<std::size_t>(n * plane * channels_ + (interleaved ? p * channels_ : p));
            if (values[at] < 0.9f) continue;
            const auto x = static_cast<float>(p % shape.width), y = static_cast<float>(p / shape.width);
            box = {std::min(box.left, x), std::min(box.top, y), std::max(box.right, x + 1),
                   std::max(box.bottom, y + 1)};
        }
        return box;
    }

    static constexpr std::int64_t rows_ = 3;
    EngineTraits traits_;
    int channels_;
    std::int64_t classes_ = 2;
    std::atomic<int> runs_{0};
};

std::string stub_library() {
    return "a stub 1.0";
}

Engine* make_stub(ModelSource source, const EngineOptions&) {
    return new StubEngine(std::get<ExportedFile>(source));
}

}  // namespace

#ifdef YOLO_STUB_OF_ANOTHER_VERSION
extern "C" __attribute__((visibility("default"))) const EnginePlugin yolo_engine_plugin;
const EnginePlugin yolo_engine_plugin = {engine_abi + 1, engine_layout(), make_stub, stub_library};
#else
YOLO_ENGINE_PLUGIN(make_stub, stub_library);
#endif
