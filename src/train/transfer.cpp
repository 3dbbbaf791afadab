// SPDX-License-Identifier: Apache-2.0
#include "train/transfer.hpp"

#include <algorithm>
#include <cctype>
#include <map>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "checkpoint/initialise.hpp"

namespace yolo::train {

namespace {

using checkpoint::Checkpoint;
using graph::Graph;
using graph::Weights;

/// "person" for " Person": how names are compared.
std::string plain_name(const std::string& name) {
    const auto is_space = [](unsigned char c) { return std::isspace(c) != 0; };
    const auto first = std::find_if_not(name.begin(), name.end(), is_space);
    const auto last = std::find_if_not(name.rbegin(), name.rend(), is_space).base();
    std::string plain = first < last ? std::string(first, last) : std::string();
    std::transform(plain.begin(), plain.end(), plain.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return plain;
}

/// Whether the names are more than the indices that stand for unknown ones ("0", "class0").
bool are_real(const std::vector<std::string>& names) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        const std::string name = plain_name(names[i]), index = std::to_string(i);
        if (name != index && name != "class" + index && name != "class_" + index) return true;
    }
    return false;
}

/// For each new class the old class of the same name, or -1.
std::vector<int> same_classes(const std::vector<std::string>& to, const std::vector<std::string>& from) {
    std::map<std::string, int> places;
    for (std::size_t i = 0; i < from.size(); ++i) places.emplace(plain_name(from[i]), static_cast<int>(i));
    std::vector<int> old_of;
    for (const std::string& name : to) {
        const auto found = places.find(plain_name(name));
        old_of.push_back(found != places.end() ? found->second : -1);
    }
    return old_of;
}

/// A float32 copy of its own, or (counters) an int64 one.
Tensor own_copy(const Tensor& tensor) {
    const Tensor from = tensor.dtype() == DType::i64 ? tensor : tensor.to_f32();
    Tensor copy = Tensor::allocate(from.dtype(), from.shape());
    const auto bytes = copy.dtype() == DType::i64
                           ? std::as_writable_bytes(copy.mutable_values<std::int64_t>())
                           : std::as_writable_bytes(copy.mutable_values<float>());
    std::copy_n(from.raw(), from.bytes(), bytes.begin());
    return copy;
}

class Mover {
  public:
    Mover(Transfer& to, const Checkpoint& from) : to_(to), from_(from) {}

    void move_equal() {
        for (auto& [name, tensor] : to_.model.weights) {
            const auto found = from_.weights.find(name);
            if (found == from_.weights.end() || found->second.shape() != tensor.shape()) continue;
            tensor = own_copy(found->second);
            ++to_.moved;
        }
    }

    /// Rows of the last class convolutions, by class name.
    void move_classes(const std::vector<std::string>& to, const std::vector<std::string>& from) {
        if (!to_.model.graph.head || !from_.graph.head || to == from || !are_real(to) || !are_real(from))
            return;
        const std::vector<int> old_of = same_classes(to, from);
        if (std::all_of(old_of.begin(), old_of.end(), [](int old) { return old < 0; })) return;
        const auto& now = to_.model.graph.head->cls.last;
        const auto& old = from_.graph.head->cls.last;
        for (std::size_t level = 0; level < std::min(now.size(), old.size()); ++level) {
            for (const char* part : {".weight", ".bias"})
                move_rows(now[level] + part, old[level] + part, old_of);
        }
    }

    /// Input channels of the first convolution.
    void move_first_convolution() {
        const auto is_first = [](const graph::Node& node) {
            return std::holds_alternative<graph::Conv>(node.op) && node.inputs.front() == 0;
        };
        const auto& nodes = to_.model.graph.nodes;
        const auto conv = std::find_if(nodes.begin(), nodes.end(), is_first);
        if (conv == nodes.end()) return;
        const std::string name = conv->name + ".weight";
        const auto found = from_.weights.find(name);
        Tensor& tensor = to_.model.weights.at(name);
        if (found == from_.weights.end() || found->second.shape().size() != 4) return;
        const Shape& old = found->second.shape();
        const Shape& now = tensor.shape();
        if (old[0] != now[0] || old[1] == now[1] || old[2] != now[2] || old[3] != now[3]) return;
        const Tensor from = found->second.to_f32();
        blend_channels(from, tensor);
        ++to_.partly;
    }

  private:
    void move_rows(const std::string& to_name, const std::string& from_name, const std::vector<int>& old_of) {
        const auto target = to_.model.weights.find(to_name);
        const auto source = from_.weights.find(from_name);
        if (target == to_.model.weights.end() || source == from_.weights.end()) return;
        const Shape &now = target->second.shape(), &old = source->second.shape();
        if (!std::equal(now.begin() + 1, now.end(), old.begin() + 1, old.end())) return;
        const Tensor from = source->second.to_f32();
        const auto rows = static_cast<std::size_t>(now[0]);
        const std::size_t row = target->second.values<float>().size() / rows;
        const auto out = target->second.mutable_values<float>();
        for (std::size_t i = 0; i < rows; ++i) {
            if (old_of[i] < 0) continue;
            std::copy_n(from.values<float>().begin() + static_cast<std::ptrdiff_t>(old_of[i] * row), row,
                        out.begin() + static_cast<std::ptrdiff_t>(i * row));
        }
        if (now != old) ++to_.partly;
    }

    /// (out, channels, k, k): the channels that both have; all of them summed when only one is wanted.
    static void blend_channels(const Tensor& from, Tensor& to) {
        const auto old = static_cast<std::size_t>(from.dim(1)), now = static_cast<std::size_t>(to.dim(1));
        const auto area = static_cast<std::size_t>(to.dim(2) * to.dim(3));
        const auto in = from.values<float>();
        const auto out = to.mutable_values<float>();
        for (std::size_t o = 0; o < static_cast<std::size_t>(to.dim(0)); ++o) {
            for (std::size_t c = 0; c < std::min(old, now); ++c) {
                for (std::size_t i = 0; i < area; ++i) {
                    float value = in[(o * old + c) * area + i];
                    for (std::size_t more = 1; now == 1 && more < old; ++more)
                        value += in[(o * old + more) * area + i];
                    out[(o * now + c) * area + i] = value;
                }
            }
        }
    }

    Transfer& to_;
    const Checkpoint& from_;
};

Graph build_for(const graph::ModelSpec& spec, const NetworkRequest& request, const Checkpoint& description,
                const Checkpoint* source) {
    graph::BuildOptions options;
    options.class_count = static_cast<int>(request.names.size());
    options.channels = request.channels ? request.channels : std::optional<int>(description.info.channels);
    options.kpt_shape = request.kpt_shape;
    if (!options.kpt_shape && description.info.task == Task::pose)
        options.kpt_shape = description.info.kpt_shape;
    Graph graph = graph::build_graph(spec, options);
    if (source == nullptr || !graph.head || !source->graph.head) return graph;
    const graph::Head& old = *source->graph.head;
    const bool lends =
        source->graph.class_count != graph.class_count && old.input_channels == graph.head->input_channels;
    const bool keeps = &description == source;  // the same classes, or others: its width is its own
    if ((lends || keeps) && old.cls.width != graph.head->cls.width) {
        options.class_width = old.cls.width;
        graph = graph::build_graph(spec, options);
    }
    return graph;
}

/// BatchNorm's eps and momentum are the description's, where it is a checkpoint with its own.
void keep_norms(const Graph& from, Graph& to) {
    std::map<std::string_view, const graph::BatchNorm*> norms;
    for (const graph::Node& node : from.nodes) {
        if (const auto* norm = std::get_if<graph::BatchNorm>(&node.op)) norms.emplace(node.name, norm);
    }
    for (graph::Node& node : to.nodes) {
        auto* norm = std::get_if<graph::BatchNorm>(&node.op);
        const auto found = norms.find(node.name);
        if (norm == nullptr || found == norms.end()) continue;
        norm->eps = found->second->eps;
        norm->momentum = found->second->momentum;
    }
}

}  // namespace

std::string Transfer::message() const {
    return source ? fmt::format("Transferred {}/{} items from pretrained weights", moved, items)
                  : std::string();
}

Transfer start_network(const Checkpoint& description, const Checkpoint* source,
                       const NetworkRequest& request) {
    if (request.names.empty()) throw Error("the data set has no classes");
    Transfer transfer;
    Checkpoint& model = transfer.model;
    model.spec = description.spec;
    model.graph = build_for(model.spec, request, description, source);
    keep_norms(description.graph, model.graph);
    model.weights = checkpoint::initial_weights(model.graph, request.seed);
    transfer.items = static_cast<int>(model.weights.size());

    model.info = description.info;
    model.info.names = std::make_shared<const std::vector<std::string>>(request.names);
    if (request.kpt_shape) model.info.kpt_shape = *request.kpt_shape;
    if (request.channels) model.info.channels = *request.channels;
    model.metadata = Json::object();
    model.spec.yaml["nc"] = model.graph.class_count;
    if (model.info.task == Task::pose) model.spec.yaml["kpt_shape"] = model.info.kpt_shape;
    if (model.info.channels != 3) model.spec.yaml["channels"] = model.info.channels;

    if (source == nullptr) return transfer;
    transfer.source = true;
    Mover mover(transfer, *source);
    mover.move_equal();
    if (request.remap_classes) mover.move_classes(request.names, *source->info.names);
    mover.move_first_convolution();
    return transfer;
}

}  // namespace yolo::train
