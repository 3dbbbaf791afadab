// SPDX-License-Identifier: Apache-2.0
#include "modes/benchmarking/table.hpp"

#include <algorithm>
#include <set>

#include <fmt/core.h>

#include "core/csv.hpp"
#include "evaluation/main_metric.hpp"
#include "modes/benchmarking/text_table.hpp"

namespace yolo::modes {

namespace {

using Status = BenchmarkRow::Status;

struct StatusName {
    const char *sign, *word, *legend;
};

StatusName name_of(Status status) {
    switch (status) {
        case Status::done:
            return {"✅", "done", "measured"};
        case Status::exported:
            return {"❎", "exported", "exported, no engine here runs it"};
        case Status::left_out:
            return {"➖", "left out", "not possible with this format"};
        default:
            return {"❌", "failed", "failed"};
    }
}

constexpr double mebibyte = 1 << 20;

std::string number(double value, int decimals, bool known = true) {
    return known ? fmt::format("{:.{}f}", value, decimals) : "-";
}

/// One column of the table: its head and each row's cell.
struct Column {
    std::string head;
    std::string (*cell)(const BenchmarkRow& row);
};

bool timed(const BenchmarkRow& row) {
    return row.inference.runs > 0;
}
std::string or_dash(const std::string& text) {
    return text.empty() ? "-" : text;
}

std::vector<Column> columns_of(const Benchmark& benchmark) {
    std::vector<Column> columns;
    std::set<std::string> models;
    for (const BenchmarkRow& row : benchmark.rows) models.insert(row.model);
    const bool several = models.size() > 1;
    if (several) columns.push_back({"<Model", [](const BenchmarkRow& row) { return row.model; }});
    columns.insert(
        columns.end(),
        {{"<Format", [](const BenchmarkRow& row) { return row.format; }},
         {"<Engine", [](const BenchmarkRow& row) { return or_dash(row.engine); }},
         {"<Status❔", [](const BenchmarkRow& row) { return std::string(name_of(row.status).sign); }},
         {"Size (MB)",
          [](const BenchmarkRow& row) {
              return number(static_cast<double>(row.bytes) / mebibyte, 1, row.bytes > 0);
          }},
         {evaluation::main_metric(benchmark.task),
          [](const BenchmarkRow& row) { return number(row.metric.value_or(0), 4, row.metric.has_value()); }},
         {"Inference time (ms/im)",
          [](const BenchmarkRow& row) { return number(row.inference.median, 2, timed(row)); }},
         {"FPS", [](const BenchmarkRow& row) { return number(row.fps(), 2, timed(row)); }},
         {"p95 (ms)", [](const BenchmarkRow& row) { return number(row.inference.p95, 2, timed(row)); }},
         {"mean ± std (ms)",
          [](const BenchmarkRow& row) {
              return timed(row) ? fmt::format("{:.2f} ± {:.2f}", row.inference.mean, row.inference.deviation)
                                : "-";
          }},
         {"first (ms)", [](const BenchmarkRow& row) { return number(row.first_ms, 1, timed(row)); }},
         {"load (ms)", [](const BenchmarkRow& row) { return number(row.load_ms, 1, timed(row)); }},
         {"memory (MB)",
          [](const BenchmarkRow& row) {
              return number(static_cast<double>(row.peak_memory) / mebibyte, 0, row.peak_memory > 0);
          }},
         {"<device", [](const BenchmarkRow& row) { return or_dash(row.device); }},
         {"<runs in", [](const BenchmarkRow& row) { return or_dash(row.precision); }},
         {"<weights", [](const BenchmarkRow& row) { return or_dash(row.stored); }}});
    if (several) {
        columns.push_back({"params (M)", [](const BenchmarkRow& row) {
                               return number(static_cast<double>(row.parameters) / 1e6, 2,
                                             row.parameters > 0);
                           }});
        columns.push_back(
            {"FLOPs (B)", [](const BenchmarkRow& row) { return number(row.gflops, 1, row.gflops > 0); }});
    }
    return columns;
}

std::string legend_of(const Benchmark& benchmark) {
    std::string text;
    for (const Status status : {Status::done, Status::exported, Status::left_out, Status::failed}) {
        const auto has = [status](const BenchmarkRow& row) { return row.status == status; };
        if (std::none_of(benchmark.rows.begin(), benchmark.rows.end(), has)) continue;
        text +=
            fmt::format("{}{} {}", text.empty() ? "" : ", ", name_of(status).sign, name_of(status).legend);
    }
    return text;
}

std::string rows_text(const Benchmark& benchmark) {
    const std::vector<Column> columns = columns_of(benchmark);
    std::vector<std::vector<std::string>> cells(1, {"#"});
    for (const Column& column : columns) cells[0].push_back(column.head);
    for (const BenchmarkRow& row : benchmark.rows) {
        std::vector<std::string> line(1, std::to_string(cells.size()));
        for (const Column& column : columns) line.push_back(column.cell(row));
        cells.push_back(std::move(line));
    }
    return text_table(std::move(cells));
}

std::string training_text(const Benchmark& benchmark) {
    std::vector<std::vector<std::string>> cells = {{"<precision", "images/s", "ms/batch", "p95 (ms)",
                                                    "loader", "forward", "loss", "backward", "optimizer",
                                                    "other", "memory (MB)", "batch", "steps", "<device"}};
    for (const TrainingRow& row : benchmark.training) {
        const auto percent = [&](double share) {
            return row.steps > 0 ? fmt::format("{:.1f} %", 100 * share) : std::string("-");
        };
        cells.push_back({row.precision, number(row.images_per_second, 1, row.steps > 0),
                         number(row.median_ms, 1, row.steps > 0), number(row.p95_ms, 1, row.steps > 0),
                         percent(row.loader), percent(row.forward), percent(row.loss), percent(row.backward),
                         percent(row.optimizer), percent(row.rest),
                         number(static_cast<double>(row.peak_memory) / mebibyte, 0, row.peak_memory > 0),
                         std::to_string(row.batch), std::to_string(row.steps), or_dash(row.device)});
    }
    return text_table(std::move(cells));
}

Json row_json(const BenchmarkRow& row) {
    Json json = {{"model", row.model},
                 {"format", row.format},
                 {"engine", row.engine},
                 {"status", name_of(row.status).word},
                 {"reason", row.reason},
                 {"file", row.path.string()},
                 {"bytes", row.bytes},
                 {"inference_ms",
                  {{"median", row.inference.median},
                   {"p95", row.inference.p95},
                   {"mean", row.inference.mean},
                   {"std", row.inference.deviation},
                   {"runs", row.inference.runs}}},
                 {"preprocess_ms", row.preprocess_ms},
                 {"postprocess_ms", row.postprocess_ms},
                 {"first_ms", row.first_ms},
                 {"load_ms", row.load_ms},
                 {"fps", row.fps()},
                 {"peak_memory_bytes", row.peak_memory},
                 {"device", row.device},
                 {"precision", row.precision},
                 {"weights", row.stored},
                 {"engine_version", row.version},
                 {"calibration", row.calibration}};
    if (row.parameters > 0) json["parameters"] = row.parameters;
    if (row.gflops > 0) json["gflops"] = row.gflops;
    if (!timed(row)) json["inference_ms"] = nullptr;
    json["metrics"] = Json::object();
    for (const auto& [name, value] : row.metrics) json["metrics"][name] = value;
    return json;
}

Json training_json(const TrainingRow& row) {
    return {{"precision", row.precision},
            {"reason", row.reason},
            {"data", row.data},
            {"batch", row.batch},
            {"imgsz", row.imgsz},
            {"steps", row.steps},
            {"batch_ms", {{"median", row.median_ms}, {"p95", row.p95_ms}}},
            {"images_per_second", row.images_per_second},
            {"shares",
             {{"loader", row.loader},
              {"forward", row.forward},
              {"loss", row.loss},
              {"backward", row.backward},
              {"optimizer", row.optimizer},
              {"other", row.rest}}},
            {"peak_memory_bytes", row.peak_memory},
            {"device", row.device},
            {"description", row.description}};
}

}  // namespace

std::string row_name(const BenchmarkRow& row) {
    return fmt::format("{}{}{}", row.format, row.engine.empty() ? "" : ", ", row.engine);
}

std::string benchmark_text(const Benchmark& benchmark, const BenchmarkHead& head) {
    std::string text = fmt::format("Benchmarks of {} ({}) at imgsz={}, batch {}, {} {}, {}: {:.1f} s\n",
                                   head.model, head.task, head.size, head.batch, head.threads,
                                   head.threads == 1 ? "thread" : "threads", head.machine, benchmark.seconds);
    if (!head.data.empty()) text += fmt::format("Data: {}\n", head.data);
    if (!benchmark.training.empty()) text += "\n" + training_text(benchmark);
    if (!benchmark.rows.empty())
        text += fmt::format("Status: {}\n\n{}", legend_of(benchmark), rows_text(benchmark));
    for (const TrainingRow& row : benchmark.training)
        if (!row.reason.empty()) text += fmt::format("{}: {}\n", row.precision, row.reason);
    for (std::size_t i = 0; i < benchmark.rows.size(); ++i) {
        const BenchmarkRow& row = benchmark.rows[i];
        if (row.reason.empty()) continue;
        text += fmt::format("{} ({}): {}\n", i + 1, row_name(row), row.reason);
    }
    std::set<std::string> notes;
    for (const BenchmarkRow& row : benchmark.rows) notes.insert(row.notes.begin(), row.notes.end());
    for (const std::string& note : notes) text += fmt::format("Note: {}\n", note);
    return text;
}

std::string benchmark_csv(const Benchmark& benchmark) {
    std::string text;
    for (const TrainingRow& row : benchmark.training) {
        if (text.empty())
            text =
                "precision,batch,imgsz,steps,images_per_second,median_ms,p95_ms,loader,forward,loss,backward,"
                "optimizer,other,"
                "peak_memory_bytes,device,reason\n";
        text += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}\n", row.precision, row.batch,
                            row.imgsz, row.steps, row.images_per_second, row.median_ms, row.p95_ms,
                            row.loader, row.forward, row.loss, row.backward, row.optimizer, row.rest,
                            row.peak_memory, row.device, csv_cell(row.reason));
    }
    if (benchmark.rows.empty()) return text;
    text += fmt::format(
        "model,format,engine,status,bytes,{},inference_ms,p95_ms,mean_ms,std_ms,runs,fps,preprocess_ms,"
        "postprocess_ms,first_ms,load_ms,peak_memory_bytes,device,precision,weights,engine_version,"
        "calibration,file,reason\n",
        evaluation::main_metric(benchmark.task));
    for (const BenchmarkRow& row : benchmark.rows) {
        text += fmt::format("{},{},{},{},{},{},", csv_cell(row.model), row.format, row.engine,
                            name_of(row.status).word, row.bytes,
                            row.metric ? fmt::format("{:.6f}", *row.metric) : "");
        text += timed(row)
                    ? fmt::format("{:.4f},{:.4f},{:.4f},{:.4f},{},{:.3f},{:.4f},{:.4f},{:.3f},{:.3f},{},",
                                  row.inference.median, row.inference.p95, row.inference.mean,
                                  row.inference.deviation, row.inference.runs, row.fps(), row.preprocess_ms,
                                  row.postprocess_ms, row.first_ms, row.load_ms, row.peak_memory)
                    : std::string(",,,,,,,,,,,");
        text += fmt::format("{},{},{},{},{},{},{}\n", row.device, row.precision, row.stored,
                            csv_cell(row.version), csv_cell(row.calibration), csv_cell(row.path.string()),
                            csv_cell(row.reason));
    }
    return text;
}

Json benchmark_json(const Benchmark& benchmark, const BenchmarkHead& head) {
    Json json = {{"model", head.model},     {"task", head.task},   {"data", head.data},
                 {"imgsz", head.size},      {"batch", head.batch}, {"threads", head.threads},
                 {"machine", head.machine}, {"date", head.when},   {"seconds", benchmark.seconds}};
    if (!benchmark.rows.empty()) json["metric"] = evaluation::main_metric(benchmark.task);
    for (const BenchmarkRow& row : benchmark.rows) json["rows"].push_back(row_json(row));
    for (const TrainingRow& row : benchmark.training) json["training"].push_back(training_json(row));
    return json;
}

}  // namespace yolo::modes
