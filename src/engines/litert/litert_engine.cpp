// SPDX-License-Identifier: Apache-2.0
/// \file The engine `litert`: LiteRT's runtime on .tflite files.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "core/mapped_file.hpp"
#include "core/permute.hpp"
#include "engines/batch.hpp"
#include "engines/engine_plugin.hpp"
#include "engines/exported/model_info.hpp"
#include "engines/exported/network_ends.hpp"
#include "engines/litert/litert_library.hpp"
#include "engines/pool.hpp"

namespace yolo::engines {

namespace {

/// A tensor that goes in or comes out.
struct End {
    std::string name;
    LitertTensorType type;
    LitertScale scale;  ///< of one in 8 bits

    Shape shape() const { return {type.sizes.begin(), type.sizes.begin() + type.axes}; }
    std::size_t elements() const { return static_cast<std::size_t>(element_count(shape())); }
    bool floats() const { return type.element == LitertElement::float32; }
};

/// Bytes of one End in the library's hands. The memory is ours and 64-byte aligned, as it wants it.
struct Buffer {
    Tensor memory;
    LitertOwned handle;

    explicit Buffer(const End& end)
        : memory(Tensor::allocate(end.floats() ? DType::f32 : DType::i8, end.shape())),
          handle(LitertLibrary::open().make("LiteRtCreateTensorBufferFromHostMemory", &end.type,
                                            static_cast<void*>(memory.mutable_raw()), memory.bytes(),
                                            static_cast<void (*)(void*)>(nullptr)),
                 "LiteRtDestroyTensorBuffer") {}
};

LitertHandle new_environment(const LitertLibrary& library) {
    // Of CPUs alone: others are searched for with words on the console. And nothing is printed.
    struct Option {  // LiteRtEnvOption
        std::int32_t tag, unused;
        std::int32_t type, unused_too;
        std::int64_t value;
    };
    constexpr std::int32_t accelerators = 24, least_severity = 25, whole_number = 2;
    constexpr std::int64_t cpu = 1, silent = 4;
    const std::array<Option, 2> options = {
        {{accelerators, 0, whole_number, 0, cpu}, {least_severity, 0, whole_number, 0, silent}}};
    return library.make("LiteRtCreateEnvironment", static_cast<int>(options.size()),
                        static_cast<const void*>(options.data()));
}

std::string litert_name() {
    return fmt::format("LiteRT {}", LitertLibrary::open().version());
}

class LitertEngine final : public Engine {
  public:
    LitertEngine(const ExportedFile& file, const EngineOptions& options)
        : library_(LitertLibrary::open()),
          bytes_(MappedFile::open(file.path)),
          environment_(new_environment(library_), "LiteRtDestroyEnvironment"),
          threads_(options.threads) {
        const auto content = bytes_->bytes();
        model_ = {library_.make("LiteRtCreateModelFromBuffer", environment_.get(),
                                static_cast<const void*>(content.data()), content.size()),
                  "LiteRtDestroyModel"};
        const LitertHandle signature = library_.make("LiteRtGetModelSignature", model_.get(), std::size_t{0});
        const std::vector<End> inputs = ends_of(signature, "Input");
        require_one_input(file, inputs.size());
        input_end_ = inputs.front();
        const Shape sizes = input_end_.shape();
        input_ = picture_input(file, {sizes.begin(), sizes.end()});
        output_ends_ = ends_of(signature, "Output");
        std::vector<FileOutput> outputs;
        for (const End& end : output_ends_) outputs.push_back({end.name, end.shape().size()});
        order_ = output_order(outputs);
        read_facts(file);
        runs_.lease([this] { return std::make_unique<Run>(*this); });  // says now what is wrong
    }

    std::vector<Tensor> run(const Batch& batch) override {
        const BatchShape shape = check_batch(batch, input_.channels, input_.traits);
        const Tensor images = float_input(batch, shape, input_.traits.layout);
        const auto run = runs_.lease([this] { return std::make_unique<Run>(*this); });
        fill(run->input.memory, images);
        LitertHandle in = run->input.handle.get();
        std::vector<LitertHandle> out;
        for (const Buffer& buffer : run->outputs) out.push_back(buffer.handle.get());
        library_.call("LiteRtRunCompiledModel", run->compiled.get(), std::size_t{0}, std::size_t{1}, &in,
                      out.size(), out.data());
        std::vector<Tensor> results;
        for (const std::size_t i : order_)
            results.push_back(output_of(run->outputs[i].memory, output_ends_[i]));
        if (normalized_ && !results.empty()) in_pixels(results.front());
        return results;
    }

    EngineTraits traits() const override { return input_.traits; }

    EngineReport report(int, int) override {
        return {{"engine", "litert"},
                {"precision", to_string(input_.traits.precision)},
                {"instructions", "XNNPACK"},
                {"version", litert_name()}};
    }

  private:
    /// The network prepared for one run() at a time.
    struct Run {
        LitertOwned compiled;
        Buffer input;
        std::vector<Buffer> outputs;

        explicit Run(const LitertEngine& engine) : compiled(engine.compiled()), input(engine.input_end_) {
            for (const End& end : engine.output_ends_) outputs.emplace_back(end);
        }
    };

    LitertOwned compiled() const {
        constexpr std::int32_t cpu = 1;
        const LitertOwned options(library_.make("LiteRtCreateOptions"), "LiteRtDestroyOptions");
        library_.call("LiteRtSetOptionsHardwareAccelerators", options.get(), cpu);
        // Options of the CPU are a text in TOML that the library frees.
        char* text = ::strdup(fmt::format("num_threads = {}\n", threads_).c_str());
        const LitertHandle of_cpu =
            library_.make("LiteRtCreateOpaqueOptions", "xnnpack", static_cast<void*>(text),
                          static_cast<void (*)(void*)>(std::free));
        library_.call("LiteRtAddOpaqueOptions", options.get(), of_cpu);
        return {library_.make("LiteRtCreateCompiledModel", environment_.get(), model_.get(), options.get()),
                "LiteRtDestroyCompiledModel"};
    }

    std::vector<End> ends_of(LitertHandle signature, const std::string& kind) const {
        std::size_t count = 0;
        library_.call(("LiteRtGetNumSignature" + kind + "s").c_str(), signature, &count);
        std::vector<End> ends(count);
        for (std::size_t i = 0; i < count; ++i) {
            const char* name = nullptr;
            library_.call(("LiteRtGetSignature" + kind + "Name").c_str(), signature, i, &name);
            ends[i].name = name == nullptr ? "" : name;
            const LitertHandle tensor =
                library_.make(("LiteRtGetSignature" + kind + "TensorByIndex").c_str(), signature, i);
            library_.call("LiteRtGetRankedTensorType", tensor, &ends[i].type);
            check_type(ends[i]);
            if (!ends[i].floats()) library_.call("LiteRtGetPerTensorQuantization", tensor, &ends[i].scale);
        }
        return ends;
    }

    static void check_type(const End& end) {
        const auto element = end.type.element;
        const bool known = element == LitertElement::float32 || element == LitertElement::int8 ||
                           element == LitertElement::uint8;
        if (!known || end.type.axes > LitertTensorType::most_axes)
            throw Error(fmt::format("its tensor '{}' is neither of floats nor of 8 bits", end.name));
        const Shape sizes = end.shape();
        if (std::any_of(sizes.begin(), sizes.end(), [](std::int64_t size) { return size < 1; }))
            throw Error(fmt::format("the sizes of its tensor '{}' are free", end.name));
    }

    /// What the metadata say of the numbers: files that say nothing are like those of the Python package,
    /// whose boxes and keypoints are shares of the picture's sides.
    void read_facts(const ExportedFile& file) {
        const auto text = [&](const char* key) {
            const auto found = file.metadata.find(key);
            return found == file.metadata.end() ? std::string() : found->second;
        };
        const std::string coordinates = text("coordinates");
        normalized_ = text("task") != "classify" && coordinates != "pixels" &&
                      output_ends_[order_.front()].shape().size() == 3 &&
                      input_.traits.output == OutputForm::decoded;
        if (text("task") != "pose") return;
        keypoints_ = info_from_metadata(file.metadata, file.path.string()).kpt_shape;
    }

    void fill(Tensor& memory, const Tensor& images) const {
        if (input_end_.floats()) {
            std::memcpy(memory.mutable_raw(), images.raw(), images.bytes());
            return;
        }
        const bool whole = input_end_.type.element == LitertElement::uint8;
        const float low = whole ? 0 : -128, high = whole ? 255 : 127;
        const auto [scale, zero] = input_end_.scale;
        const auto to = reinterpret_cast<std::uint8_t*>(memory.mutable_raw());
        const auto from = images.values<float>();
        for (std::size_t i = 0; i < from.size(); ++i) {
            const float number = std::nearbyint(from[i] / scale) + static_cast<float>(zero);
            to[i] = static_cast<std::uint8_t>(static_cast<int>(std::clamp(number, low, high)));
        }
    }

    /// As the official layouts have it: floats, prototypes (N, C, H, W).
    Tensor output_of(const Tensor& memory, const End& end) const {
        Tensor floats = Tensor::allocate(DType::f32, end.shape());
        if (end.floats()) {
            std::memcpy(floats.mutable_raw(), memory.raw(), memory.bytes());
        } else {
            const bool whole = end.type.element == LitertElement::uint8;
            const auto to = floats.mutable_values<float>();
            for (std::size_t i = 0; i < to.size(); ++i) {
                const auto bits = std::to_integer<std::uint8_t>(memory.raw()[i]);
                const int number = whole ? int{bits} : int{static_cast<std::int8_t>(bits)};
                to[i] = end.scale.scale * static_cast<float>(number - end.scale.zero_point);
            }
        }
        return channels_last(floats.shape()) ? permute(floats, {0, 3, 1, 2}) : floats;
    }

    /// Prototypes are a quarter as high and wide as the picture; where both readings fit they lie as the
    /// picture does.
    bool channels_last(const Shape& shape) const {
        if (shape.size() != 4) return false;
        const auto fits = [&](std::size_t at) {
            return 4 * shape[at] == input_.traits.height && 4 * shape[at + 1] == input_.traits.width;
        };
        return fits(1) && (!fits(2) || input_.traits.layout == InputLayout::nhwc);
    }

    /// Boxes and keypoints of (N, rows, A).
    void in_pixels(Tensor& output) const {
        const auto rows = static_cast<std::size_t>(output.dim(1)),
                   columns = static_cast<std::size_t>(output.dim(2));
        const auto values = output.mutable_values<float>();
        const auto scale_row = [&](std::size_t picture, std::size_t row, int side) {
            for (float& value : values.subspan((picture * rows + row) * columns, columns))
                value *= static_cast<float>(side);
        };
        const std::size_t each = static_cast<std::size_t>(keypoints_[1]);
        const std::size_t points = static_cast<std::size_t>(keypoints_[0]) * each;
        if (rows < 4 + points) throw Error("the network gives fewer numbers than its keypoints have");
        for (std::size_t n = 0; n < static_cast<std::size_t>(output.dim(0)); ++n) {
            for (std::size_t row = 0; row < 4; ++row)
                scale_row(n, row, row % 2 == 0 ? input_.traits.width : input_.traits.height);
            for (std::size_t row = rows - points; row < rows; row += each) {
                scale_row(n, row, input_.traits.width);
                scale_row(n, row + 1, input_.traits.height);
            }
        }
    }

    const LitertLibrary& library_;
    std::shared_ptr<const MappedFile> bytes_;  // the model reads its weights there
    LitertOwned environment_, model_;
    int threads_;
    End input_end_;
    std::vector<End> output_ends_;
    std::vector<std::size_t> order_;  // indices: output0, output1
    FileInput input_;
    bool normalized_ = false;
    std::array<int, 2> keypoints_ = {};  // of pose
    Pool<Run> runs_;
};

Engine* make_litert_engine(ModelSource source, const EngineOptions& options) {
    const auto& file = std::get<ExportedFile>(source);
    LitertLibrary::open();
    try {
        return new LitertEngine(file, options);
    } catch (const Error& problem) {
        throw Error(fmt::format("LiteRT cannot open '{}': {}", file.path.string(), problem.what()));
    }
}

}  // namespace

}  // namespace yolo::engines

YOLO_ENGINE_PLUGIN(yolo::engines::make_litert_engine, yolo::engines::litert_name);
