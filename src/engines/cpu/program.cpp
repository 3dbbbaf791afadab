// SPDX-License-Identifier: Apache-2.0
#include "engines/cpu/program.hpp"

#include <array>

#include <omp.h>

#include "core/parallel.hpp"
#include "core/visit.hpp"
#include "engines/cpu/thread_count.hpp"

namespace yolo::engines::cpu {

/// The memory of one run: arena and scratchpad, with the primitives' arguments pointing into them.
class Program::Context {
  public:
    explicit Context(const Program& program)
        : stream(program.engine_), plan_(program.plan_), arena_(allocate(plan_.arena_bytes)) {
        std::size_t scratchpad_bytes = 0;
        for (const auto& primitive : program.primitives_) {
            if (primitive) scratchpad_bytes = std::max(scratchpad_bytes, primitive->scratchpad.get_size());
        }
        for (const auto& conv : program.winograd_) {
            if (conv) scratchpad_bytes = std::max(scratchpad_bytes, conv->scratch_bytes());
        }
        scratchpad_ = allocate(scratchpad_bytes);
        for (const auto& primitive : program.primitives_)
            arguments.push_back(primitive ? bind(*primitive, program.engine_) : Arguments());
    }

    View view(const Map& map) {
        return {map, arena_data() + plan_.buffer_offsets[static_cast<std::size_t>(map.buffer)]};
    }

    std::byte* scratchpad() {
        return reinterpret_cast<std::byte*>(scratchpad_.mutable_values<std::uint8_t>().data());
    }

    dnnl::stream stream;
    std::vector<Arguments> arguments;  // by step

  private:
    static Tensor allocate(std::size_t bytes) {
        return Tensor::allocate(DType::u8, {static_cast<std::int64_t>(bytes)});
    }
    std::byte* arena_data() {
        return reinterpret_cast<std::byte*>(arena_.mutable_values<std::uint8_t>().data());
    }

    Arguments bind(const Primitive& primitive, const dnnl::engine& engine) {
        Arguments bound = primitive.constants;
        for (const auto& argument : primitive.maps)
            bound[argument.index] =
                dnnl::memory(argument.desc, engine, view(argument.map).base + argument.map.dense_offset());
        bound[DNNL_ARG_SCRATCHPAD] = dnnl::memory(primitive.scratchpad, engine, scratchpad());
        return bound;
    }

    const Plan& plan_;
    Tensor arena_, scratchpad_;
};

Program::Program(Plan plan, WeightStore& store, const dnnl::engine& engine, Profiling profiling)
    : plan_(std::move(plan)), engine_(engine), profiling_(std::move(profiling)) {
    if (profiling_.profile) describe_layers();
    make_primitives(omp_get_max_threads());
    plain_.resize(plan_.steps.size());
    winograd_.resize(plan_.steps.size());
    const ThreadCount one_thread(1);  // the weights are small: waking threads costs more than it saves
    for (std::size_t i = 0; i < plan_.steps.size(); ++i) {
        if (primitives_[i]) bind_weights(*primitives_[i], store);
        if (const auto* step = std::get_if<WinogradStep>(&plan_.steps[i].kind))
            winograd_[i].emplace(plan_.steps[i].name, step->conv, store);
        if (std::holds_alternative<LinearStep>(plan_.steps[i].kind)) {
            const std::string& name = plan_.steps[i].name;
            plain_[i] = {store.values(name + ".weight"), store.values(name + ".bias")};
        }
    }
}

Program::~Program() = default;

/// oneDNN generates machine code for each kind of convolution, a millisecond each: on all threads.
void Program::make_primitives(int threads) {
    primitives_.resize(plan_.steps.size());
    parallel_for(primitives_.size(), threads, [&](std::size_t i) {
        omp_set_num_threads(threads);  // primitives are made for this number
        primitives_[i] = make_primitive(plan_.steps[i], engine_);
    });
}

std::unique_ptr<Program::Context> Program::lease() {
    {
        const std::lock_guard lock(mutex_);
        if (!free_.empty()) {
            std::unique_ptr<Context> context = std::move(free_.back());
            free_.pop_back();
            return context;
        }
    }
    return std::make_unique<Context>(*this);
}

void Program::give_back(std::unique_ptr<Context> context) {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(context));
}

void Program::describe_layers() {
    ProfiledLayers layers = {
        {"input", "Load", {1, plan_.input.channels, plan_.input.height, plan_.input.width}, 0}};
    for (const Step& step : plan_.steps) layers.push_back({step.name, step.op, step.output, step.flops});
    layers_ = std::make_shared<const ProfiledLayers>(std::move(layers));
}

template <class AfterStep>
void Program::run_steps(const Picture& picture, Context& context, std::span<const std::span<float>> outputs,
                        const AfterStep& after_step) {
    load_picture(picture, plan_.scaled_input, context.view(plan_.input));
    after_step();
    for (std::size_t i = 0; i < plan_.steps.size(); ++i) {
        if (primitives_[i]) {
            primitives_[i]->primitive.execute(context.stream, context.arguments[i]);
        } else {
            run_step(plan_.steps[i].kind, i, context, outputs);
        }
        after_step();
    }
}

void Program::run(const Picture& picture, std::span<const std::span<float>> outputs) {
    std::unique_ptr<Context> context = lease();
    if (profiling_.profile) {
        LayerRun run{layers_, profiling_.machine, {}};
        run.times.reserve(layers_->size() + 1);
        const auto take_time = [&times = run.times] { times.push_back(std::chrono::steady_clock::now()); };
        take_time();
        run_steps(picture, *context, outputs, take_time);
        profiling_.profile->add(std::move(run));
    } else {
        run_steps(picture, *context, outputs, [] {});
    }
    give_back(std::move(context));
}

void Program::run_step(const StepKind& kind, std::size_t index, Context& context,
                       std::span<const std::span<float>> outputs) {
    const auto view = [&context](const Map& map) { return context.view(map); };
    std::visit(
        Overloaded{[&](const CopyStep& s) { copy(view(s.source), view(s.target), s.scale); },
                   [&](const ActivationStep& s) { activate(s.activation, view(s.source), view(s.target)); },
                   [&](const AddStep& s) { add(view(s.left), view(s.right), view(s.target)); },
                   [&](const AverageStep& s) { average(view(s.source), view(s.target)); },
                   [&](const LinearStep& s) {
                       linear(view(s.source), plain_[index][0], plain_[index][1], view(s.target));
                   },
                   [&](const WinogradStep& s) {
                       const ConvStep& conv = s.conv;
                       const View residual = conv.residual ? view(*conv.residual) : View();
                       winograd_[index]->run(view(conv.source), view(conv.target),
                                             conv.residual ? &residual : nullptr, context.scratchpad());
                   },
                   [&](const SoftmaxStep& s) { softmax(view(s.source), view(s.target)); },
                   [&](const DecodeStep& s) {
                       std::vector<View> maps;
                       for (const Map& map : s.maps) maps.push_back(view(map));
                       decode_head(s.op, maps, outputs[s.output]);
                   },
                   [&](const DeliverStep& s) { deliver(view(s.source), outputs[s.output]); },
                   [](const OneOf<ConvStep, DeconvStep, PoolStep> auto&) {}},  // a primitive's step
        kind);
}

}  // namespace yolo::engines::cpu
