// SPDX-License-Identifier: Apache-2.0
#include "graph/blocks/csp.hpp"

#include <type_traits>

namespace yolo::graph {

namespace {

int hidden_channels(int c2, const CspOptions& options) {
    return static_cast<int>(c2 * options.expansion);
}

std::vector<Bottleneck> bottlenecks(const Scope& scope, int channels, const CspOptions& options,
                                    std::array<int, 2> kernels) {
    std::vector<Bottleneck> chain;
    chain.reserve(static_cast<std::size_t>(options.repeats));
    for (int i = 0; i < options.repeats; ++i) {
        chain.emplace_back(scope / i, channels, channels,
                           BottleneckOptions{options.shortcut, options.groups, kernels, 1.0});
    }
    return chain;
}

}  // namespace

C2f::C2f(Scope scope, int c1, int c2, const CspOptions& options)
    : scope_(std::move(scope)),
      hidden_(hidden_channels(c2, options)),
      cv1_(scope_ / "cv1", c1, 2 * hidden_),
      cv2_(scope_ / "cv2", (2 + options.repeats) * hidden_, c2),
      chain_(bottlenecks(scope_ / "m", hidden_, options, {3, 3})) {}

ValueId C2f::operator()(ValueId x) const {
    const ValueId y = cv1_(x);
    std::vector<ValueId> parts = {(scope_ / "split.0").emit(Slice{0, hidden_}, {y}),
                                  (scope_ / "split.1").emit(Slice{hidden_, 2 * hidden_}, {y})};
    for (const Bottleneck& block : chain_) parts.push_back(block(parts.back()));
    return cv2_((scope_ / "concat").emit(Concat{}, std::move(parts)));
}

C2::C2(Scope scope, int c1, int c2, const CspOptions& options)
    : scope_(std::move(scope)),
      hidden_(hidden_channels(c2, options)),
      cv1_(scope_ / "cv1", c1, 2 * hidden_),
      cv2_(scope_ / "cv2", 2 * hidden_, c2),
      chain_(bottlenecks(scope_ / "m", hidden_, options, {3, 3})) {}

ValueId C2::operator()(ValueId x) const {
    const ValueId y = cv1_(x);
    ValueId through = (scope_ / "split.0").emit(Slice{0, hidden_}, {y});
    const ValueId past = (scope_ / "split.1").emit(Slice{hidden_, 2 * hidden_}, {y});
    for (const Bottleneck& block : chain_) through = block(through);
    return cv2_((scope_ / "concat").emit(Concat{}, {through, past}));
}

template <class Block>
C3<Block>::C3(Scope scope, int c1, int c2, const CspOptions& options)
    : scope_(std::move(scope)),
      cv1_(scope_ / "cv1", c1, hidden_channels(c2, options)),
      cv2_(scope_ / "cv2", c1, hidden_channels(c2, options)),
      cv3_(scope_ / "cv3", 2 * hidden_channels(c2, options), c2) {
    const int channels = hidden_channels(c2, options);
    if constexpr (std::is_same_v<Block, Bottleneck>) {
        chain_ = bottlenecks(scope_ / "m", channels, options, {1, 3});
    } else {
        for (int i = 0; i < options.repeats; ++i) chain_.emplace_back(scope_ / "m" / i, channels, channels);
    }
}

template <class Block>
ValueId C3<Block>::operator()(ValueId x) const {
    ValueId through = cv1_(x);
    for (const Block& block : chain_) through = block(through);
    return cv3_((scope_ / "concat").emit(Concat{}, {through, cv2_(x)}));
}

template class C3<Bottleneck>;
template class C3<GhostBottleneck>;

}  // namespace yolo::graph
