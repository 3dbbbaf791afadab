// SPDX-License-Identifier: Apache-2.0
#include "modes/session.hpp"

#include "graph/passes.hpp"

namespace yolo::modes {

Session::Session(checkpoint::Checkpoint checkpoint) : checkpoint_(std::move(checkpoint)) {}

engines::Engine& Session::engine(const EngineRequest& request) {
    const std::lock_guard lock(mutex_);
    std::unique_ptr<engines::Engine>& engine = engines_[request];
    if (!engine) {
        graph::Network network = graph::to_inference(checkpoint_.graph, checkpoint_.weights);
        if (!request.embed.empty()) network.graph = graph::embedding_graph(network.graph, request.embed);
        engine = engines::make_engine(request.engine, std::move(network),
                                      {.threads = request.threads, .precision = request.precision});
    }
    return *engine;
}

}  // namespace yolo::modes
