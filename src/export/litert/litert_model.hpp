// SPDX-License-Identifier: Apache-2.0
/// \file A LiteRT (TensorFlow Lite) file: a FlatBuffer of tensors and operators, schema version 3. Field
/// numbers are those of the public schema (tensorflow/compiler/mlir/lite/schema/schema.fbs).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/files.hpp"
#include "core/tensor.hpp"

namespace yolo::exports {

/// Of TensorType.
enum class LitertType : std::int8_t { float32 = 0, float16 = 1, int32 = 2, int64 = 4, int16 = 7, int8 = 9 };

/// Of BuiltinOperator: what is written here.
enum class LitertCode {
    add = 0,
    concatenation = 2,
    conv_2d = 3,
    depthwise_conv_2d = 4,
    dequantize = 6,
    fully_connected = 9,
    logistic = 14,
    max_pool_2d = 17,
    mul = 18,
    relu = 19,
    reshape = 22,
    softmax = 25,
    pad = 34,
    transpose = 39,
    mean = 40,
    sub = 41,
    slice = 65,
    sin = 66,
    transpose_conv = 67,
    resize_nearest_neighbor = 97,
    cos = 108,
    quantize = 114,
    batch_matmul = 126,
};

/// Real value = scale * (number - zero_point); one pair for the whole tensor, or one for each index of an
/// axis.
struct LitertScales {
    std::vector<float> scales;
    std::vector<std::int64_t> zero_points;
    int axis = 0;
};

/// One field of an operator's options: its number in the schema's table, and its value.
struct LitertField {
    enum class Kind { byte, integer, number } kind;
    int number;
    double value;
    double usual = 0;  ///< of the schema: such a value is left out
};
struct LitertOptions {
    int table = 0;  ///< of the union BuiltinOptions; 0: none
    std::vector<LitertField> fields = {};
};

/// A file's network as it grows. Tensors are known by their index.
class LitertModel {
  public:
    using TensorId = std::int32_t;

    TensorId value(const std::string& name, const Shape& shape, LitertType type = LitertType::float32,
                   LitertScales scales = {});
    /// `bytes` are kept, and written when the file is.
    TensorId constant(const std::string& name, const Shape& shape, LitertType type, Tensor bytes,
                      LitertScales scales = {});
    TensorId floats(const std::string& name, const Tensor& values);
    TensorId integers(const std::string& name, const Shape& shape, const std::vector<std::int32_t>& values);

    /// `version`: of the operator, as the schema's readers count it.
    void op(LitertCode code, const std::vector<TensorId>& inputs, TensorId output,
            const LitertOptions& options = {}, int version = 1);

    /// What goes in and comes out, by the names that programs ask for.
    using Ends = std::vector<std::pair<std::string, TensorId>>;
    /// The whole FlatBuffer. Throws Error when it would be larger than the format allows (2 GiB).
    void write(const FileSink& sink, const std::string& description, const Ends& inputs,
               const Ends& outputs) const;

    const std::string& name(TensorId tensor) const {
        return tensors_.at(static_cast<std::size_t>(tensor)).name;
    }
    const Shape& shape(TensorId tensor) const { return tensors_.at(static_cast<std::size_t>(tensor)).shape; }

  private:
    struct TensorRow {
        std::string name;
        Shape shape;
        LitertType type;
        LitertScales scales;
        Tensor bytes;  // empty: made by an operator
    };
    struct OpRow {
        std::size_t code;  // index into codes_
        std::vector<TensorId> inputs;
        TensorId output;
        LitertOptions options;
    };
    std::vector<TensorRow> tensors_;
    std::vector<OpRow> ops_;
    std::vector<std::pair<LitertCode, int>> codes_;  // with their versions
};

}  // namespace yolo::exports
