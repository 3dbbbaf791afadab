// SPDX-License-Identifier: Apache-2.0
#include "metrics/interpolation.hpp"

#include <algorithm>

namespace yolo::metrics {

std::vector<double> interpolate(const Polyline& line, std::span<const double> places, double left) {
    std::vector<double> values(places.size(), left);
    if (line.x.empty()) return values;
    std::size_t next = 0;  // the first point right of the place
    for (std::size_t i = 0; i < places.size(); ++i) {
        const double place = places[i];
        next = static_cast<std::size_t>(
            std::upper_bound(line.x.begin() + static_cast<std::ptrdiff_t>(next), line.x.end(), place) -
            line.x.begin());
        if (next == 0) continue;
        const double x = line.x[next - 1], y = line.y[next - 1];
        if (next == line.x.size() || x == place) {
            values[i] = y;
        } else {
            values[i] = (line.y[next] - y) / (line.x[next] - x) * (place - x) + y;
        }
    }
    return values;
}

std::vector<double> unit_steps(int count) {
    std::vector<double> values(static_cast<std::size_t>(count));
    const double step = 1.0 / (count - 1);
    for (int i = 0; i < count; ++i) values[static_cast<std::size_t>(i)] = i * step;
    values.back() = 1;
    return values;
}

}  // namespace yolo::metrics
