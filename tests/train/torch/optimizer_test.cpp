// SPDX-License-Identifier: Apache-2.0
#include "train/torch/optimizer.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include <yolo/error.hpp>

#include "support/golden_case.hpp"
#include "train/torch/ema.hpp"
#include "train/torch/parameter_pieces.hpp"

namespace yolo::train {
namespace {

at::Tensor matrix(std::vector<float> values, std::vector<std::int64_t> shape) {
    return at::tensor(values).reshape(shape);
}

at::Tensor parameter(const at::Tensor& start) {
    return start.clone().set_requires_grad(true);
}

void set_gradient(at::Tensor& tensor, const at::Tensor& gradient) {
    tensor.mutable_grad() = gradient;
}

std::vector<float> numbers(const at::Tensor& tensor) {
    const at::Tensor dense = tensor.detach().contiguous();
    return {dense.const_data_ptr<float>(), dense.const_data_ptr<float>() + dense.numel()};
}

std::vector<GroupRate> rates_of(const Optimizer& optimizer, double scale = 1, double momentum = 0.9) {
    std::vector<GroupRate> rates;
    for (const ParameterGroup& group : optimizer.groups())
        rates.push_back({group.initial_lr * scale, momentum});
    return rates;
}

TEST(Muon, OrthogonalisesAsTheReference) {
    const auto x = numbers(orthogonalised(matrix({1, 2, 3, 4, 5, 7}, {2, 3})));
    const std::vector<float> wanted{-.6367F, .1943F, .5391F, .5547F, .3223F, .3574F};
    for (std::size_t i = 0; i < wanted.size(); ++i) EXPECT_NEAR(x[i], wanted[i], 1e-4) << i;
}

TEST(Muon, TallMatricesAreScaledByTheirSides) {
    const at::Tensor wide = matrix({1, 2, 3, 4, 5, 7}, {2, 3});
    const auto tall = numbers(orthogonalised(wide.t().contiguous()).t()),
               same = numbers(orthogonalised(wide));
    for (std::size_t i = 0; i < tall.size(); ++i) EXPECT_NEAR(tall[i], same[i] * std::sqrt(1.5F), 1e-6);
}

TEST(Optimizer, MuSgdStepsAsTheReference) {
    NamedTensors parameters{{"model.0.weight", parameter(matrix({0, .1F, .2F, .3F, .4F, .5F}, {3, 2}))},
                            {"model.0.bias", parameter(matrix({.5F, -.5F}, {2}))}};
    Optimizer optimizer({"MuSGD", 0.01, 0.9, 5e-4}, parameters);
    const std::vector<std::vector<float>> weights{
        {-.019842F, .139473F, .140778F, .290281F, .419838F, .460522F},
        {-.066774F, .233144F, .000180F, .266973F, .466765F, .366842F}};
    const std::vector<std::vector<float>> biases{{.481F, -.538F}, {.4349F, -.6302F}};
    for (int t = 1; t <= 2; ++t) {
        set_gradient(parameters[0].second, matrix({1, -2, 3, .5F, -1, 2}, {3, 2}) * t);
        set_gradient(parameters[1].second, matrix({1, 2}, {2}) * t);
        optimizer.step(rates_of(optimizer), 1);
        const auto step = static_cast<std::size_t>(t - 1);
        const auto w = numbers(parameters[0].second), b = numbers(parameters[1].second);
        for (std::size_t i = 0; i < 6; ++i) EXPECT_NEAR(w[i], weights[step][i], 1e-6) << t << " " << i;
        for (std::size_t i = 0; i < 2; ++i) EXPECT_NEAR(b[i], biases[step][i], 1e-6) << t << " " << i;
    }
}

// One number, in double, as the papers write it.
struct Plain {
    double p, m = 0, v = 0, product = 1;
    int t = 0;

    void step(const std::string& name, double g, double lr, double beta, double decay) {
        constexpr double beta2 = 0.999, eps = 1e-8;
        ++t;
        if (name == "AdamW") p *= 1 - lr * decay;
        if (name != "AdamW") g += decay * p;
        if (name == "SGD") {
            m = beta * m + g;
            p -= lr * (g + beta * m);
        } else if (name == "RMSProp") {
            v = 0.99 * v + 0.01 * g * g;
            m = beta * m + g / (std::sqrt(v) + eps);
            p -= lr * m;
        } else {
            m = beta * m + (1 - beta) * g;
            if (name == "Adamax") {
                v = std::max(beta2 * v, std::abs(g) + eps);
                p -= lr / (1 - std::pow(beta, t)) * m / v;
                return;
            }
            v = beta2 * v + (1 - beta2) * g * g;
            const double m_hat = m / (1 - std::pow(beta, t)), v_hat = v / (1 - std::pow(beta2, t));
            if (name == "NAdam") {
                const double now = beta * (1 - 0.5 * std::pow(0.96, t * 0.004));
                const double next = beta * (1 - 0.5 * std::pow(0.96, (t + 1) * 0.004));
                product *= now;
                const double mean = next * m / (1 - product * next) + (1 - now) * g / (1 - product);
                p -= lr * mean / (std::sqrt(v_hat) + eps);
            } else if (name == "RAdam") {
                const double longest = 2 / (1 - beta2) - 1;
                const double length = longest - 2 * t * std::pow(beta2, t) / (1 - std::pow(beta2, t));
                const double r = std::sqrt((length - 4) * (length - 2) * longest /
                                           ((longest - 4) * (longest - 2) * length));
                p -= length > 5 ? lr * m_hat * r * std::sqrt(1 - std::pow(beta2, t)) / (std::sqrt(v) + eps)
                                : lr * m_hat;
            } else {
                p -= lr * m_hat / (std::sqrt(v_hat) + eps);
            }
        }
    }
};

class EachOptimizer : public testing::TestWithParam<const char*> {};

TEST_P(EachOptimizer, FollowsItsPaper) {
    const std::string name = GetParam();
    at::manual_seed(7);
    // More than one piece, with a tail; a matrix in another layout; a group without decay.
    NamedTensors parameters{
        {"model.0.conv.weight", parameter(at::randn({3, 17, 29, 31}))},
        {"model.0.bn.weight", parameter(at::randn({37}))},
        {"model.1.conv.weight", parameter(at::randn({5, 4, 3, 3}).contiguous(channels_last))}};
    const std::vector<double> decay{0.01, 0, 0.01};
    std::vector<std::vector<Plain>> plain;
    for (const auto& entry : parameters) {
        plain.emplace_back();
        for (const float value : numbers(entry.second)) plain.back().push_back({value});
    }
    Optimizer optimizer({name, 0.01, 0.9, 0.01}, parameters);
    for (int t = 1; t <= 8; ++t) {
        for (std::size_t i = 0; i < parameters.size(); ++i) {
            const at::Tensor gradient = at::randn(parameters[i].second.sizes());
            set_gradient(parameters[i].second, gradient);
            const auto g = numbers(gradient);
            for (std::size_t k = 0; k < g.size(); ++k)
                plain[i][k].step(name, g[k] * 0.5F, 0.01 * t, 0.9, decay[i]);
        }
        optimizer.step(rates_of(optimizer, t), 0.5);
    }
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        const auto p = numbers(parameters[i].second);
        double worst = 0;
        for (std::size_t k = 0; k < p.size(); ++k) worst = std::max(worst, std::abs(p[k] - plain[i][k].p));
        EXPECT_LT(worst, 2e-5) << parameters[i].first;
    }
}

TEST_P(EachOptimizer, GoesOnFromItsStateBitForBit) {
    const auto start = [] {
        at::manual_seed(3);
        return NamedTensors{{"model.0.conv.weight", parameter(at::randn({8, 4, 3, 3}))},
                            {"model.0.bn.weight", parameter(at::randn({8}))},
                            {"model.0.bn.bias", parameter(at::randn({8}))},
                            {"model.9.unused.weight", parameter(at::randn({8, 4}))}};
    };
    const OptimizerOptions options{GetParam(), 0.01, 0.9, 0.01};
    const auto steps = [](NamedTensors& parameters, Optimizer& optimizer, int from, int to) {
        for (int t = from; t < to; ++t) {
            at::manual_seed(static_cast<std::uint64_t>(100 + t));
            for (std::size_t i = 0; i < 3; ++i) {
                set_gradient(parameters[i].second, at::randn(parameters[i].second.sizes()));
            }
            optimizer.step(rates_of(optimizer), 1);
        }
    };
    NamedTensors whole = start(), half = start();
    Optimizer uninterrupted(options, whole), first(options, half);
    steps(whole, uninterrupted, 0, 6);
    steps(half, first, 0, 3);
    const auto state = first.state();
    EXPECT_FALSE(state.slots.contains("model.9.unused.weight"));
    Optimizer second(options, half);
    second.restore(state);
    steps(half, second, 3, 6);
    for (std::size_t i = 0; i < whole.size(); ++i) {
        EXPECT_EQ(numbers(whole[i].second), numbers(half[i].second)) << whole[i].first;
    }
}

INSTANTIATE_TEST_SUITE_P(All, EachOptimizer,
                         testing::Values("SGD", "Adam", "Adamax", "AdamW", "NAdam", "RAdam", "RMSProp"),
                         [](const auto& test) { return test.param; });

TEST(Optimizer, RefusesAnotherOnesState) {
    const NamedTensors parameters{{"a.weight", parameter(at::ones({2, 2}))}};
    Optimizer sgd({"SGD"}, parameters), adam({"Adam"}, parameters);
    EXPECT_THROW(adam.restore(sgd.state()), Error);
    auto state = sgd.state();
    state.slots["b.weight"]["momentum_buffer"] = snapshot(at::ones({2, 2}));
    EXPECT_THROW(sgd.restore(state), Error);
    state.slots.clear();
    state.slots["a.weight"]["momentum_buffer"] = snapshot(at::ones({2, 3}));
    EXPECT_THROW(sgd.restore(state), Error);
    EXPECT_THROW(find_optimizer_kind("Lion"), Error);
}

TEST(Optimizer, GroupsAreTheReferences) {
    YOLO_REQUIRE_GOLDEN("optim");
    for (const auto& golden : test::golden_cases("optim")) {
        if (!golden.json.contains("groups")) continue;
        // The names of all parameters stand in the golden itself.
        const auto& rows = golden.json["groups"]["rows"];
        NamedTensors parameters;
        for (const auto& group : rows.at("yolov8n SGD")) {
            for (const std::string name : group["parameters"]) {
                const bool flat = group["group"] != "weight";
                parameters.emplace_back(name, flat ? at::zeros({2}) : at::zeros({2, 2, 1, 1}));
            }
        }
        for (const auto& [model, groups] : rows.items()) {
            if (!model.starts_with("yolov8n ") || model == "yolov8n RMSprop") continue;
            SCOPED_TRACE(model);
            Optimizer optimizer({model.substr(8), 0.01, 0.937, 5e-4, "model.22.cv3."}, parameters);
            const auto state = optimizer.state();
            ASSERT_EQ(state.groups.size(), groups.size());
            for (std::size_t g = 0; g < groups.size(); ++g) {
                EXPECT_EQ(optimizer.groups()[g].kind, groups[g]["group"]);
                EXPECT_EQ(optimizer.groups()[g].parameters, groups[g]["count"]);
                EXPECT_NEAR(optimizer.groups()[g].initial_lr, groups[g]["lr"].get<double>(), 1e-12);
                EXPECT_NEAR(state.groups[g].options["weight_decay"].get<double>(),
                            groups[g]["weight_decay"].get<double>(), 0);
                if (groups[g].contains("betas")) {
                    EXPECT_EQ(state.groups[g].options["betas"][0], groups[g]["betas"][0]);
                }
                if (groups[g]["parameters"].is_array()) {
                    EXPECT_EQ(state.groups[g].parameters,
                              groups[g]["parameters"].get<std::vector<std::string>>());
                }
            }
        }
    }
}

constexpr std::size_t weights = 6;  // of the golden's matrix

at::Tensor matrix_at(const std::vector<float>& list, std::size_t place) {
    const auto begin = list.begin() + static_cast<std::ptrdiff_t>(place * weights);
    return matrix({begin, begin + weights}, {2, 3});
}

/// Largest error of the averaged weight over all updates. `same`: the model keeps its first weight.
double ema_error(const std::vector<float>& model, const std::vector<float>& wanted, double decay, double rise,
                 bool same) {
    NamedTensors average{{"w", matrix_at(wanted, 0)}};
    double worst = 0;
    for (std::size_t update = 1; update * weights < wanted.size(); ++update) {
        const NamedTensors now{{"w", matrix_at(model, same ? 0 : update - 1)}};
        update_average(average, now, ema_decay(static_cast<int>(update), decay, rise));
        const auto values = numbers(average[0].second), right = numbers(matrix_at(wanted, update));
        for (std::size_t i = 0; i < weights; ++i)
            worst = std::max<double>(worst, std::abs(values[i] - right[i]));
    }
    return worst;
}

TEST(Ema, FollowsTheReference) {
    YOLO_REQUIRE_GOLDEN("optim");
    int cases = 0;
    for (const auto& golden : test::golden_cases("optim")) {
        if (!golden.json.contains("decay_by_update")) continue;
        for (const auto& [updates, decay] : golden.json["decay_by_update"].items()) {
            EXPECT_NEAR(ema_decay(std::stoi(updates)), decay.get<double>(), 1e-12) << updates;
        }
        for (const auto& row : golden.json["cases"]) {
            const std::string number = std::to_string(row["case"].get<int>());
            const auto model = golden.floats("model" + number), wanted = golden.floats("average" + number);
            // In some of these files the model was never given the weights that are listed after the first.
            const double error = std::min(ema_error(model, wanted, row["decay"], row["tau"], false),
                                          ema_error(model, wanted, row["decay"], row["tau"], true));
            EXPECT_LT(error, 1e-6);

            // Variances 2, 3, 4 ... are averaged from 1 on; the counter is left alone.
            const auto buffers = test::tensor(golden.tensors, "buffers" + number).as<double>();
            NamedTensors average{{"var", at::ones({1})}, {"count", at::tensor(std::int64_t{0})}};
            for (std::size_t update = 1; update * 2 <= buffers.size(); ++update) {
                const NamedTensors now{{"var", at::full({1}, static_cast<double>(update + 1))},
                                       {"count", at::tensor(static_cast<std::int64_t>(update))}};
                update_average(average, now, ema_decay(static_cast<int>(update), row["decay"], row["tau"]));
                EXPECT_NEAR(average[0].second.item<double>(), buffers[2 * update - 2],
                            1e-6 * buffers[2 * update - 2]);
                EXPECT_EQ(average[1].second.item<std::int64_t>(), buffers[2 * update - 1]);
            }
            ++cases;
        }
    }
    EXPECT_GT(cases, 0);
}

TEST(Loops, PiecesCoverEverythingOnce) {
    const std::vector<std::int64_t> sizes{0, 1, piece_length, piece_length + 1, 3 * piece_length - 1};
    std::vector<std::vector<int>> seen;
    for (const std::int64_t size : sizes) seen.emplace_back(static_cast<std::size_t>(size), 0);
    for_each_piece(sizes, [&](std::size_t i, std::int64_t begin, std::int64_t end) {
        EXPECT_EQ(begin % piece_length, 0);
        for (std::int64_t k = begin; k < end; ++k) ++seen[i][static_cast<std::size_t>(k)];
    });
    for (const auto& item : seen) EXPECT_EQ(std::count(item.begin(), item.end(), 1), std::ssize(item));
}

TEST(Loops, GradientNorm) {
    at::manual_seed(1);
    NamedTensors parameters{{"a", parameter(at::zeros({3, 40000}))},
                            {"b", parameter(at::zeros({7}))},
                            {"c", parameter(at::zeros({7}))}};
    set_gradient(parameters[0].second, at::randn({3, 40000}));
    set_gradient(parameters[1].second, at::randn({7}));
    const double wanted =
        std::sqrt(parameters[0].second.grad().to(at::kDouble).square().sum().item<double>() +
                  parameters[1].second.grad().to(at::kDouble).square().sum().item<double>());
    EXPECT_NEAR(gradient_norm(parameters), wanted, 1e-9 * wanted);
}

}  // namespace
}  // namespace yolo::train
