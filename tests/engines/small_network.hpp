// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engines/graph_maker.hpp"

namespace yolo::test {

/// A small network with everything a YOLO has: the decoded head of two levels (10 classes, strides 4 and 8),
/// and a map.
inline graph::Network small_network(unsigned seed = 11) {
    GraphMaker maker(seed);
    const auto p1 = maker.block(GraphMaker::input, 3, 16, 3, 2);
    const auto p2 = maker.c2f(maker.block(p1, 16, 32, 3, 2), 32, 32, 1);
    const auto p3 = maker.c2f(maker.block(p2, 32, 64, 3, 2), 64, 64, 2);
    const auto up = maker.op(graph::Upsample{2}, {p3});
    const auto n2 = maker.c2f(maker.op(graph::Concat{}, {up, p2}), 96, 32, 1, false);
    std::vector<graph::ValueId> maps;
    for (const int channels : {64, 10}) {
        maps.push_back(maker.conv(maker.block(n2, 32, 64, 3), 64, channels));
        maps.push_back(maker.conv(maker.block(p3, 64, 64, 3), 64, channels));
    }
    const graph::DecodeHead decode{10, 16, {4, 8}, graph::HeadExtra::none, 0, {}};
    graph::Network network = maker.finish({maker.op(decode, maps), n2});
    graph::Head& head = network.graph.head.emplace();  // for those who write it as a file
    head.name = "head";
    head.decode = decode;
    head.box.maps = {maps[0], maps[1]};
    head.cls.maps = {maps[2], maps[3]};
    return network;
}

}  // namespace yolo::test
