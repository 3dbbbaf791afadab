// SPDX-License-Identifier: Apache-2.0
/// \file OpenVINO's intermediate representation, version 11: layers and edges as XML, constants in one file
/// beside it. https://docs.openvino.ai (IR format and operation sets)
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/files.hpp"
#include "core/tensor.hpp"

namespace yolo::exports {

/// Sizes of a value; -1 where any number fits.
using IrShape = std::vector<std::int64_t>;

/// One output of a layer of several.
struct IrOutput {
    DType dtype = DType::f32;
    IrShape shape;
};

/// An output of a layer.
struct IrValue {
    int layer = -1;
    int port = 0;
    DType dtype = DType::f32;
    IrShape shape;
};

/// An IR as it grows.
class IrModel {
  public:
    using Attributes = std::vector<std::pair<std::string, std::string>>;

    explicit IrModel(std::string name) : name_(std::move(name)) {}

    IrValue parameter(const std::string& name, const IrShape& shape);
    void result(const std::string& name, const IrValue& value);

    /// A layer of a type of an operation set, of which one output is used. `tensor`: the name users know it
    /// by.
    IrValue layer(const std::string& name, const std::string& type, int opset,
                  const std::vector<IrValue>& inputs, const IrShape& shape, const Attributes& attributes = {},
                  DType dtype = DType::f32, const std::string& tensor = {});

    /// A layer of which several outputs are used.
    std::vector<IrValue> layer_of(const std::string& name, const std::string& type, int opset,
                                  const std::vector<IrValue>& inputs, const Attributes& attributes,
                                  const std::vector<IrOutput>& outputs);

    /// A constant: F32, F16, I64, I8, U8. `decompressed`: read as F32, kept as it is (the mark of compressed
    /// weights).
    IrValue constant(const std::string& name, const Tensor& tensor, bool decompressed = false);
    /// Small ones; equal ones stand once.
    IrValue integers(const std::vector<std::int64_t>& values);
    IrValue integer(std::int64_t value);  ///< without axes
    IrValue floats(const Shape& shape, const std::vector<float>& values);

    /// NAME -> VALUE below rt_info/model_info.
    void info(const std::string& key, const std::string& value) { info_.emplace_back(key, value); }

    std::string xml() const;
    void write_constants(const FileSink& sink) const;

  private:
    std::string layer_head(int id, const std::string& name, const std::string& type, int opset) const;
    std::string layer_start(const std::string& name, const std::string& type, int opset,
                            const std::vector<IrValue>& inputs, const Attributes& attributes);
    int add(const std::string& text);
    IrValue shared(const std::string& key, const Tensor& tensor);

    std::string name_;
    std::string layers_, edges_;
    int count_ = 0;
    std::vector<Tensor> constants_;
    std::uint64_t constant_bytes_ = 0;
    std::map<std::string, IrValue> shared_;
    Attributes info_;
};

}  // namespace yolo::exports
