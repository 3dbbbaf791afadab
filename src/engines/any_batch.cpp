// SPDX-License-Identifier: Apache-2.0
#include "engines/any_batch.hpp"

#include <algorithm>
#include <cstring>

#include <fmt/core.h>

#include <yolo/error.hpp>

namespace yolo::engines {

namespace {

class AnyBatch final : public Engine {
  public:
    explicit AnyBatch(std::unique_ptr<Engine> engine)
        : engine_(std::move(engine)), traits_(engine_->traits()) {}

    std::vector<Tensor> run(const Batch& batch) override {
        const Tensor& images = batch.images;
        if (images.empty() || images.shape().size() != 4 || images.dim(0) == traits_.batch)
            return engine_->run(batch);  // says what is wrong, if it is
        std::vector<Tensor> outputs;
        std::int64_t done = 0;
        do {
            const std::int64_t count = std::min<std::int64_t>(traits_.batch, images.dim(0) - done);
            place(engine_->run({filled(images, done, count), batch.layout}), done, count, images.dim(0),
                  outputs);
            done += count;
        } while (done < images.dim(0));
        return outputs;
    }

    EngineTraits traits() const override { return traits_; }
    EngineReport report(int height, int width) override { return engine_->report(height, width); }

  private:
    /// Pictures first .. first + count - 1, and black ones behind them.
    Tensor filled(const Tensor& images, std::int64_t first, std::int64_t count) const {
        Tensor part = rows_of(images, first, count);
        if (count == traits_.batch) return part;
        Shape shape = images.shape();
        shape[0] = traits_.batch;
        Tensor whole = Tensor::allocate(images.dtype(), std::move(shape));
        std::byte* bytes = whole.mutable_raw();
        std::memcpy(bytes, part.raw(), part.bytes());
        std::memset(bytes + part.bytes(), 0, whole.bytes() - part.bytes());
        return whole;
    }

    /// The first `count` rows of each part become rows `first` and on of the whole outputs, of `all`
    /// pictures.
    void place(const std::vector<Tensor>& parts, std::int64_t first, std::int64_t count, std::int64_t all,
               std::vector<Tensor>& outputs) const {
        for (std::size_t i = 0; i < parts.size(); ++i) {
            const Tensor& part = parts[i];
            if (part.shape().empty() || part.dim(0) != traits_.batch)
                throw Error(fmt::format("output {} of the network is {}, not of the {} pictures it was given",
                                        i, to_string(part.shape()), traits_.batch));
            if (outputs.size() == i) {
                Shape shape = part.shape();
                shape[0] = all;
                outputs.push_back(Tensor::allocate(part.dtype(), std::move(shape)));
            }
            const std::size_t row = part.bytes() / static_cast<std::size_t>(traits_.batch);
            std::memcpy(outputs[i].mutable_raw() + static_cast<std::size_t>(first) * row, part.raw(),
                        static_cast<std::size_t>(count) * row);
        }
    }

    std::unique_ptr<Engine> engine_;
    const EngineTraits traits_;
};

}  // namespace

std::unique_ptr<Engine> for_any_batch(std::unique_ptr<Engine> engine) {
    if (engine->traits().batch == 0) return engine;
    return std::make_unique<AnyBatch>(std::move(engine));
}

}  // namespace yolo::engines
