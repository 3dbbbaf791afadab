// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/model_layout.hpp"

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "checkpoint/read/fit.hpp"
#include "checkpoint/read/model_facts.hpp"

namespace yolo::checkpoint {

namespace {

constexpr const char* format_name = "yolo.cpp model";
constexpr int format_version = 1;

/// Keys of the header that describe the network; every other key is metadata of the checkpoint.
constexpr std::array own_keys =
    std::to_array<std::string_view>({"format", "format_version", "task", "names", "nc", "stride", "kpt_shape",
                                     "channels", "imgsz", "yaml", "yaml_file", "scale", "batch_norm"});

class HeaderReader {
  public:
    explicit HeaderReader(const formats::Safetensors& content) : content_(content) {}

    Json value(const std::string& key) const {
        const auto found = content_.metadata.find(key);
        return found != content_.metadata.end() ? parse_json(found->second, "the header's '" + key + "'")
                                                : Json();
    }
    Json required(const std::string& key) const {
        Json found = value(key);
        if (found.is_null()) throw Error(fmt::format("its header has no '{}'", key));
        return found;
    }

  private:
    const formats::Safetensors& content_;
};

void check_format(const formats::Safetensors& content) {
    if (!describes_model(content)) {
        throw Error("its header does not describe a model of yolo.cpp: it holds weights alone");
    }
    const Json version = HeaderReader(content).required("format_version");
    if (version != format_version) {
        throw Error(fmt::format("it has the version {} of the layout: only {} is known here",
                                json_text(version), format_version));
    }
}

/// {"default": [eps, momentum], "model.0.bn": [eps, momentum], ...}: the default, and the layers that differ
/// from it.
Json norms_of(const graph::Graph& graph) {
    Json norms = Json::object();
    for (const graph::Node& node : graph.nodes) {
        const auto* norm = std::get_if<graph::BatchNorm>(&node.op);
        if (norm == nullptr) continue;
        const Json pair = {norm->eps, norm->momentum};
        if (norms.empty()) norms["default"] = pair;
        if (norms["default"] != pair) norms[node.name] = pair;
    }
    return norms;
}

void set_norms(graph::Graph& graph, const Json& norms) {
    for (graph::Node& node : graph.nodes) {
        auto* norm = std::get_if<graph::BatchNorm>(&node.op);
        if (norm == nullptr) continue;
        const Json pair =
            norms.value(node.name, norms.value("default", Json::array({norm->eps, norm->momentum})));
        norm->eps = pair.at(0).get<double>();
        norm->momentum = pair.at(1).get<double>();
    }
}

LazyTensors ready_tensors(const formats::Safetensors& content) {
    LazyTensors tensors;
    for (const auto& entry : content.tensors) {
        const Tensor& tensor = entry.second;
        tensors.emplace(entry.first, LazyTensor{tensor.dtype(), tensor.shape(), [tensor] { return tensor; }});
    }
    return tensors;
}

std::optional<int> class_width(const formats::Safetensors& content) {
    const std::string end = graph::class_branch_end("") + ".weight";  // (classes, width, 1, 1)
    for (const auto& entry : content.tensors) {
        const Shape& shape = entry.second.shape();
        if (entry.first.ends_with(end) && shape.size() == 4 && shape[1] <= (1 << 16)) {
            return static_cast<int>(shape[1]);
        }
    }
    return std::nullopt;
}

Checkpoint checkpoint_of(const formats::Safetensors& content) {
    check_format(content);
    const HeaderReader header(content);
    Checkpoint checkpoint;
    checkpoint.metadata = Json::object();
    for (const auto& [key, text] : content.metadata) {
        if (std::find(own_keys.begin(), own_keys.end(), key) == own_keys.end()) {
            checkpoint.metadata[key] = header.value(key);
        }
    }
    checkpoint.spec.yaml = header.required("yaml");
    checkpoint.spec.scale = header.required("scale").get<std::string>();
    checkpoint.spec.file = header.required("yaml_file").get<std::string>();

    graph::BuildOptions options;
    options.class_count = header.required("nc").get<int>();
    options.channels = header.required("channels").get<int>();
    options.class_width = class_width(content);
    const Json kpt_shape = header.value("kpt_shape");
    if (!kpt_shape.is_null()) options.kpt_shape = kpt_shape.get<std::array<int, 2>>();
    checkpoint.graph = graph::build_graph(checkpoint.spec, options);
    set_norms(checkpoint.graph, header.required("batch_norm"));
    checkpoint.weights = fit_weights(checkpoint.graph, ready_tensors(content));

    checkpoint.info = info_of(checkpoint.graph, {{"imgsz", header.value("imgsz")}});
    auto names = header.required("names").get<std::vector<std::string>>();
    if (names.size() != static_cast<std::size_t>(checkpoint.graph.class_count)) {
        throw Error(
            fmt::format("it has {} names for {} classes", names.size(), checkpoint.graph.class_count));
    }
    checkpoint.info.names = std::make_shared<const std::vector<std::string>>(std::move(names));
    if (header.required("task") != to_string(checkpoint.info.task)) {
        throw Error(fmt::format("its header says {}, but its network is for {}",
                                json_text(header.value("task")), to_string(checkpoint.info.task)));
    }
    return checkpoint;
}

}  // namespace

bool describes_model(const formats::Safetensors& content) {
    const auto format = content.metadata.find("format");
    return format != content.metadata.end() && format->second == format_name;
}

Checkpoint read_model_layout(const formats::Safetensors& content) {
    try {
        return checkpoint_of(content);
    } catch (const Json::exception& error) {
        throw Error(fmt::format("its header is not as the layout wants it ({})", error.what()));
    }
}

formats::Safetensors write_model_layout(const Checkpoint& checkpoint) {
    const ModelInfo& info = checkpoint.info;
    Json header = checkpoint.metadata.is_object() ? checkpoint.metadata : Json::object();
    header["format_version"] = format_version;
    header["task"] = to_string(info.task);
    header["names"] = *info.names;
    header["nc"] = checkpoint.graph.class_count;
    header["stride"] = info.stride;
    if (info.task == Task::pose) header["kpt_shape"] = info.kpt_shape;
    header["channels"] = info.channels;
    header["imgsz"] = info.imgsz;
    header["yaml"] = checkpoint.spec.yaml;
    header["yaml_file"] = checkpoint.spec.file;
    header["scale"] = checkpoint.spec.scale;
    header["batch_norm"] = norms_of(checkpoint.graph);

    formats::Safetensors content;
    content.tensors = checkpoint.weights;
    for (const auto& [key, value] : header.items()) content.metadata[key] = json_text(value);
    content.metadata["format"] = format_name;
    return content;
}

}  // namespace yolo::checkpoint
