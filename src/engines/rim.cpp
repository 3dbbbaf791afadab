// SPDX-License-Identifier: Apache-2.0
#include "engines/rim.hpp"

#include <algorithm>
#include <new>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "core/foreign_text.hpp"
#include "engines/exported/python_text.hpp"

namespace yolo::engines {

namespace {

class Rim final : public Engine {
  public:
    Rim(std::unique_ptr<Engine> engine, std::string what, int stride)
        : engine_(std::move(engine)), what_(std::move(what)), stride_(stride) {}

    std::vector<Tensor> run(const Batch& batch) override {
        check_sides(batch);
        try {
            return engine_->run(batch);
        } catch (...) {
            rethrow_as_sentence(what_);
        }
    }

    EngineTraits traits() const override { return engine_->traits(); }

    EngineReport report(int height, int width) override {
        try {
            return engine_->report(height, width);
        } catch (...) {
            rethrow_as_sentence(what_);
        }
    }

  private:
    /// Libraries say it in the words of the layer where the sizes meet.
    void check_sides(const Batch& batch) const {
        const Tensor& images = batch.images;
        if (images.empty() || images.shape().size() != 4 || engine_->traits().fixed_size()) return;
        const std::size_t height_at = batch.layout == Batch::Layout::nhwc_bgr ? 1 : 2;
        const std::int64_t height = images.dim(height_at), width = images.dim(height_at + 1);
        if (height % stride_ == 0 && width % stride_ == 0) return;
        throw Error(fmt::format(
            "{}: pictures of {} x {} (height x width) do not fit: both have to be multiples of {}", what_,
            height, width, stride_));
    }

    std::unique_ptr<Engine> engine_;
    const std::string what_;
    const int stride_;
};

}  // namespace

std::unique_ptr<Engine> within_rim(std::unique_ptr<Engine> engine, std::string what, int stride) {
    return std::make_unique<Rim>(std::move(engine), std::move(what), stride);
}

int stride_of(const ExportedFile& file) try {
    const auto stride = file.metadata.find("stride"), task = file.metadata.find("task");
    if (stride == file.metadata.end() || (task != file.metadata.end() && task->second == "classify"))
        return 1;
    const Json value = parse_python_text(stride->second, "stride");
    return value.is_number_integer() ? std::max(value.get<int>(), 1) : 1;
} catch (const Error&) {  // whoever reads the model's facts says it
    return 1;
}

void rethrow_as_sentence(const std::string& what) {
    try {
        throw;
    } catch (const Error&) {
        throw;
    } catch (const std::bad_alloc&) {
        throw;
    } catch (const std::exception& problem) {
        throw Error(fmt::format("{}: {}", what, one_sentence(problem.what())));
    } catch (...) {
        throw Error(fmt::format("{}: no reason is known", what));
    }
}

}  // namespace yolo::engines
