// SPDX-License-Identifier: Apache-2.0
#include "export/torchscript/script_module.hpp"

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "formats/bytes.hpp"
#include "formats/zip/zip_stream.hpp"

namespace yolo::exports {

namespace {

using formats::append_number;
using namespace std::string_literals;

constexpr const char* file_version = "10\n";  // read by LibTorch 1.12 and newer

// The few opcodes of pickle (protocol 2) that the archive's reader knows tensors and objects by.

const std::string empty_tuple = ")", mark = "(", tuple = "t", reduce = "R", persistent = "Q", stop = ".";
const std::string new_object = "\x81"s, empty_dictionary = "}", set_items = "u", build = "b";
const std::string yes = "\x88"s, no = "\x89"s, none = "N";

std::string global(const std::string& module, const std::string& name) {
    return "c" + module + "\n" + name + "\n";
}
std::string text(const std::string& value) {
    std::string bytes = "X";
    append_number(bytes, value.size(), 4);
    return bytes + value;
}
std::string integer(std::int64_t value) {
    std::string bytes;
    if (value >= 0 && value < 256) {
        bytes = "K";
        append_number(bytes, static_cast<std::uint64_t>(value), 1);
    } else if (value < (std::int64_t{1} << 31U)) {
        bytes = "J";
        append_number(bytes, static_cast<std::uint64_t>(value), 4);
    } else {
        bytes = "\x8a\x08"s;
        append_number(bytes, static_cast<std::uint64_t>(value), 8);
    }
    return bytes;
}

std::string storage_type(DType dtype) {
    switch (dtype) {
        case DType::f32:
            return "FloatStorage";
        case DType::f16:
            return "HalfStorage";
        case DType::i64:
            return "LongStorage";
        default:
            throw Error(
                fmt::format("TorchScript files of ours hold no tensors of type {}", to_string(dtype)));
    }
}

/// torch._utils._rebuild_tensor_v2(storage, offset, sizes, strides, requires_grad, hooks)
std::string tensor_value(const Tensor& tensor, std::size_t key) {
    std::string sizes = mark, strides = mark;
    std::int64_t stride = 1;
    std::vector<std::int64_t> steps(tensor.shape().size());
    for (std::size_t axis = steps.size(); axis-- > 0; stride *= tensor.shape()[axis]) steps[axis] = stride;
    for (const std::int64_t size : tensor.shape()) sizes += integer(size);
    for (const std::int64_t step : steps) strides += integer(step);
    const std::string storage = mark + text("storage") + global("torch", storage_type(tensor.dtype())) +
                                text(std::to_string(key)) + text("cpu") + integer(tensor.elements()) + tuple +
                                persistent;
    return global("torch._utils", "_rebuild_tensor_v2") + mark + storage + integer(0) + sizes + tuple +
           strides + tuple + no + global("collections", "OrderedDict") + empty_tuple + reduce + tuple +
           reduce;
}

std::string buffer_name(std::size_t index) {
    return fmt::format("w{}", index);
}

}  // namespace

std::string ScriptModule::buffer(const Tensor& tensor) {
    buffers_.push_back(tensor);
    return "self." + buffer_name(buffers_.size() - 1);
}

std::string ScriptModule::code(const std::string& returns) const {
    std::string names, types;
    for (std::size_t i = 0; i < buffers_.size(); ++i) {
        names += fmt::format("\"{}\", ", buffer_name(i));
        types += fmt::format("  {} : Tensor\n", buffer_name(i));
    }
    return "class Net(Module):\n  __parameters__ = []\n  __buffers__ = [" + names +
           "]\n  training : bool\n  _is_full_backward_hook : Optional[bool]\n" + types +
           "  def forward(self: __torch__.Net,\n    images: Tensor) -> " + returns + ":\n" + body_;
}

std::string ScriptModule::pickle() const {
    std::string state = text("training") + no + text("_is_full_backward_hook") + none;
    for (std::size_t i = 0; i < buffers_.size(); ++i)
        state.append(text(buffer_name(i))).append(tensor_value(buffers_[i], i));
    return "\x80\x02"s + global("__torch__", "Net") + empty_tuple + new_object + empty_dictionary + mark +
           state + set_items + build + stop;
}

void ScriptModule::write(const FileSink& sink, const std::string& root, const std::string& returns,
                         const std::vector<std::pair<std::string, std::string>>& extra) const {
    formats::ZipStream zip(sink);
    zip.add(root + "/data.pkl", pickle());
    zip.add(root + "/code/__torch__.py", code(returns));
    for (std::size_t i = 0; i < buffers_.size(); ++i)
        zip.add(fmt::format("{}/data/{}", root, i), std::span(buffers_[i].raw(), buffers_[i].bytes()));
    zip.add(root + "/constants.pkl", "\x80\x02)."s);
    for (const auto& [name, content] : extra) zip.add(fmt::format("{}/extra/{}", root, name), content);
    zip.add(root + "/version", file_version);
    zip.finish();
}

}  // namespace yolo::exports
