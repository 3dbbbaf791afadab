// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "graph/blocks/table.hpp"
#include "graph/model_spec.hpp"

namespace yolo::graph {

namespace {

constexpr std::size_t most_rows = 1000, most_inputs = 64;
constexpr int most_classes = 1 << 16;

double number_in(const Json& value, double low, double high, const char* what) {
    const bool fits = value.is_number() && value.get<double>() >= low && value.get<double>() <= high;
    if (!fits) {  // NaN does not fit either
        throw Error(
            fmt::format("{} must be a number from {} to {}, not {}", what, low, high, python_text(value)));
    }
    return value.get<double>();
}

Scaling multiples_of(const Json& yaml) {  // the form of the first releases
    Scaling scaling;
    if (yaml.contains("depth_multiple"))
        scaling.depth = number_in(yaml["depth_multiple"], 0, 100, "depth_multiple");
    if (yaml.contains("width_multiple"))
        scaling.width = number_in(yaml["width_multiple"], 0.01, 100, "width_multiple");
    return scaling;
}

Scaling scaling_of(const ModelSpec& spec) {
    if (!spec.yaml.contains("scales")) return multiples_of(spec.yaml);
    const Json& scales = spec.yaml["scales"];
    if (!scales.is_object() || scales.empty())
        throw Error("'scales' must map letters to [depth, width, max_channels]");
    std::string letter = spec.scale;
    if (letter.empty() && spec.yaml.value("scale", Json()).is_string()) letter = spec.yaml["scale"];
    if (letter.empty()) letter = scales.begin().key();
    if (!scales.contains(letter)) throw Error(fmt::format("there is no scale '{}'", letter));
    const Json& values = scales[letter];
    if (!values.is_array() || values.size() != 3) {
        throw Error(fmt::format("scale '{}' must be [depth, width, max_channels], not {}", letter,
                                python_text(values)));
    }
    Scaling scaling;
    scaling.depth = number_in(values[0], 0, 100, "the depth of a scale");
    scaling.width = number_in(values[1], 0.01, 100, "the width of a scale");
    scaling.max_channels = static_cast<int>(number_in(values[2], 1, 1 << 16, "max_channels of a scale"));
    return scaling;
}

int integer_key(const Json& yaml, const char* key, int low, int high) {
    const Json value = yaml.value(key, Json());
    if (!value.is_number_integer() || value.get<std::int64_t>() < low || value.get<std::int64_t>() > high) {
        throw Error(
            fmt::format("'{}' must be an integer from {} to {}, not {}", key, low, high, python_text(value)));
    }
    return value.get<int>();
}

Activation activation_of(const Json& yaml) {
    const Json value = yaml.value("activation", Json());
    if (value.is_null()) return Activation::silu;
    std::string text = value.is_string() ? value.get<std::string>() : python_text(value);
    text = text.substr(0, text.find('('));
    text = text.substr(text.rfind('.') + 1);
    if (text == "SiLU") return Activation::silu;
    if (text == "ReLU") return Activation::relu;
    if (text == "Identity") return Activation::none;
    throw Error(
        fmt::format("'activation' can be nn.SiLU(), nn.ReLU() or nn.Identity(), not {}", python_text(value)));
}

/// "yolov8n-seg.yaml" -> "YOLOv8n-seg".
std::string name_of(const ModelSpec& spec) {
    std::string stem = std::filesystem::path(spec.file).stem().string();
    if (stem.starts_with("yolo")) stem.replace(0, 4, "YOLO");
    return stem.empty() ? "model" : stem;
}

/// Builds row after row.
class RowBuilder {
  public:
    RowBuilder(const ModelSpec& spec, const BuildOptions& options, std::span<const BlockType> more)
        : yaml_(spec.yaml),
          more_blocks_(more),
          scaling_(scaling_of(spec)),
          builder_(channels_of(spec.yaml, options)) {
        builder_.activation = activation_of(yaml_);
        class_count_ = options.class_count ? *options.class_count : integer_key(yaml_, "nc", 1, most_classes);
        if (yaml_.contains("kpt_shape")) kpt_shape_ = yaml_["kpt_shape"];
        if (options.kpt_shape) kpt_shape_ = *options.kpt_shape;
        if (yaml_.contains("reg_max")) reg_max_ = integer_key(yaml_, "reg_max", 1, 64);
        class_width_ = options.class_width;
        if (yaml_.value("end2end", Json()) == true) throw Error("end2end models are not known yet");
    }

    Graph build() {
        for (const char* part : {"backbone", "head"}) {
            if (!yaml_.contains(part) || !yaml_[part].is_array())
                throw Error(fmt::format("there is no list '{}'", part));
            for (const Json& row : yaml_[part]) add(row);
        }
        if (!head_built_) throw Error("the last row must be a head, such as Detect or Classify");
        return std::move(builder_.graph);
    }

  private:
    static int channels_of(const Json& yaml, const BuildOptions& options) {
        if (options.channels) return *options.channels;
        if (yaml.contains("channels")) return integer_key(yaml, "channels", 1, 1024);
        return yaml.contains("ch") ? integer_key(yaml, "ch", 1, 1024) : 3;
    }

    void add(const Json& row) {
        const auto index = builder_.graph.layers.size();
        const bool named = row.is_array() && row.size() == 4 && row[2].is_string();
        try {
            if (index >= most_rows) throw Error(fmt::format("a model has at most {} rows", most_rows));
            if (!named) throw Error("it must be [from, repeats, module, arguments]");
            if (head_built_) throw Error("nothing can follow the head");
            add_layer(row);
        } catch (const Error& error) {
            const std::string module = named ? fmt::format(" ({})", row[2].get<std::string>()) : "";
            throw Error(fmt::format("row {}{}: {}", index, module, error.what()));
        }
    }

    void add_layer(const Json& row) {
        const BlockType& type = find_block_type(row[2].get<std::string>(), more_blocks_);
        Layer layer;
        layer.type = type.name;
        layer.from = sources(row[0]);
        if (layer.from.size() != 1 && type.signature != Signature::head && type.name != "Concat") {
            throw Error("it takes one input");
        }
        if (!row[1].is_number_integer() || row[1] < 1 || row[1] > most_repeats) {
            throw Error(fmt::format("repeats must be an integer from 1 to {}, not {}", most_repeats,
                                    python_text(row[1])));
        }
        layer.repeats = scaling_.repeats(row[1].get<int>());
        if (layer.repeats > most_repeats)
            throw Error(fmt::format("it would be repeated {} times", layer.repeats));

        Row resolved{inputs(layer.from), Arguments(), scaling_, reg_max_, class_width_};
        resolved.arguments = resolve(type, row[3], resolved.inputs, layer.repeats);
        const std::size_t first_node = builder_.graph.nodes.size();
        layer.output = build(type, resolved, type.signature == Signature::sized_repeated ? 1 : layer.repeats);
        layer.arguments = resolved.arguments.text();
        layer.parameters = count_parameters(first_node);
        builder_.graph.layers.push_back(std::move(layer));
        head_built_ = type.is_head();
    }

    std::vector<int> sources(const Json& from) const {
        std::vector<int> list;
        const Json items = from.is_array() ? from : Json::array({from});
        if (items.empty() || items.size() > most_inputs) throw Error("'from' must name 1 to 64 rows");
        const int index = static_cast<int>(builder_.graph.layers.size());
        for (const Json& item : items) {
            const bool earlier = item.is_number_integer() && item >= -std::max(index, 1) && item < index;
            if (!earlier)
                throw Error(fmt::format("'from' names {}, which is not an earlier row", python_text(item)));
            list.push_back(item.get<int>());
        }
        return list;
    }

    std::vector<ValueId> inputs(const std::vector<int>& from) const {
        const std::vector<Layer>& layers = builder_.graph.layers;
        std::vector<ValueId> values;
        for (const int source : from) {
            const std::size_t layer = source < 0 ? layers.size() + static_cast<std::size_t>(source)
                                                 : static_cast<std::size_t>(source);
            values.push_back(layers.empty() ? builder_.graph.input() : layers.at(layer).output);
        }
        return values;
    }

    Json literal(const Json& argument) const {
        if (argument == "None") return nullptr;
        if (argument == "True" || argument == "False") return argument == "True";
        if (argument == "nc") return class_count_;
        if (argument == "kpt_shape") return kpt_shape_;
        return argument;
    }

    Arguments resolve(const BlockType& type, const Json& given, const std::vector<ValueId>& inputs,
                      int repeats) const {
        if (!given.is_array())
            throw Error(fmt::format("the arguments must be a list, not {}", python_text(given)));
        Json list = Json::array();
        const bool sized = type.signature == Signature::sized || type.signature == Signature::sized_repeated;
        if (sized || type.signature == Signature::classify) list.push_back(builder_.channels(inputs[0]));
        for (const Json& argument : given) list.push_back(literal(argument));
        if (sized) {
            Arguments width(list);
            width.expect({"c1", "c2", "", "", "", "", "", "", "", ""});
            list[1] = scaling_.channels(width.integer(1, 1, 1 << 16));
        }
        if (type.signature == Signature::sized_repeated) list.insert(list.begin() + 2, repeats);
        if (type.signature == Signature::head) {
            Json channels = Json::array();
            for (const ValueId input : inputs) channels.push_back(builder_.channels(input));
            list.push_back(std::move(channels));
        }
        Arguments arguments(std::move(list));
        arguments.expect(type.arguments);
        return arguments;
    }

    ValueId build(const BlockType& type, Row& row, int repeats) {
        builder_.layer = static_cast<int>(builder_.graph.layers.size());
        const Scope scope{builder_, fmt::format("model.{}", builder_.layer)};
        if (repeats == 1) return type.build(scope, row);
        if (type.signature != Signature::sized) throw Error("it cannot be repeated");
        for (int i = 0; i < repeats; ++i) row.inputs = {type.build(scope / i, row)};
        return row.inputs[0];
    }

    std::int64_t count_parameters(std::size_t first_node) const {
        std::int64_t count = 0;
        for (std::size_t i = first_node; i < builder_.graph.nodes.size(); ++i) {
            for (const Parameter& parameter : parameters_of(builder_.graph.nodes[i].op)) {
                if (!parameter.buffer) count += element_count(parameter.shape);
            }
        }
        const auto& head = builder_.graph.head;
        return head && !head->dfl.empty() ? count + head->decode.reg_max : count;  // the DFL's kernel
    }

    const Json& yaml_;
    std::span<const BlockType> more_blocks_;
    Scaling scaling_;
    Builder builder_;
    int class_count_ = 0, reg_max_ = 16;
    std::optional<int> class_width_;
    Json kpt_shape_;
    bool head_built_ = false;
};

/// A level's stride is found like the official way: by the size of its map for a picture of 256 x 256.
void find_strides(Graph& graph) {
    constexpr int side = 256;
    const std::vector<Shape> shapes =
        infer_shapes(graph, {1, std::get<Input>(graph.nodes.at(0).op).channels, side, side});
    if (!graph.head) {
        graph.max_stride = 1;
        return;
    }
    for (const ValueId box : graph.head->box.maps) {
        const Shape& map = shapes.at(static_cast<std::size_t>(box));
        if (map[2] != map[3] || side % map[2] != 0) {
            throw Error(fmt::format(
                "the head gets a map of {} x {} for a picture of 256 x 256: its stride is not a whole "
                "number",
                map[2], map[3]));
        }
        graph.head->decode.strides.push_back(static_cast<int>(side / map[2]));
    }
    graph.max_stride =
        *std::max_element(graph.head->decode.strides.begin(), graph.head->decode.strides.end());
}

void set_classify_norms(Graph& graph) {  // these models keep the framework's defaults
    for (Node& node : graph.nodes) {
        if (auto* norm = std::get_if<BatchNorm>(&node.op)) {
            norm->eps = 1e-5;
            norm->momentum = 0.1;
        }
    }
}

}  // namespace

Graph build_graph(const ModelSpec& spec, const BuildOptions& options) {
    return build_graph(spec, options, {});
}

Graph build_graph(const ModelSpec& spec, const BuildOptions& options, std::span<const BlockType> more) {
    try {
        if (!spec.yaml.is_object())
            throw Error("it is not a model description: the keys nc, backbone and head are needed");
        RowBuilder rows(spec, options, more);
        Graph graph = rows.build();
        graph.name = name_of(spec);
        find_strides(graph);
        if (graph.task == Task::classify) set_classify_norms(graph);
        return graph;
    } catch (const Error& error) {
        throw Error(
            fmt::format("{}: {}", spec.file.empty() ? "the model description" : spec.file, error.what()));
    } catch (const Json::exception& error) {
        throw Error(
            fmt::format("{}: it cannot be read as a model description ({})", spec.file, error.what()));
    }
}

}  // namespace yolo::graph
