// SPDX-License-Identifier: Apache-2.0
/// \file The option table. Names and defaults are those of the field's YOLOv8 tools, so that commands and
/// YAML files carry over; is_own_option() tells our own.
#include <algorithm>
#include <array>

#include <yolo/config.hpp>

namespace yolo {

namespace {

constexpr unsigned T = bit(Mode::train), V = bit(Mode::val), P = bit(Mode::predict) | bit(Mode::track);
constexpr unsigned E = bit(Mode::export_model), B = bit(Mode::benchmark), track_only = bit(Mode::track);
constexpr unsigned all = all_modes, never = 0;

constexpr unsigned segment = bit(Task::segment), pose = bit(Task::pose), obb = bit(Task::obb);
constexpr unsigned classify = bit(Task::classify), not_classify = all_tasks & ~classify;

constexpr std::nullopt_t no = std::nullopt;
using enum OptionType;

// clang-format off
constexpr OptionSpec table[] = {
    {"task", "detect", OptionType::task, no, no, all, "What to find: detect, segment, pose, obb or classify; a model's own task always wins."},
    {"mode", "train", OptionType::mode, no, no, all, "What to do: train, val, predict, track, export or benchmark (yolo benchmark mode=train measures training)."},
    {"model", "", path, no, no, all, "Checkpoint (.pt, .safetensors) or network description (.yaml)."},
    {"data", "", path, no, no, T | V | E | B | track_only, "YAML file of a data set; for classify a folder with one sub-folder per class. export: what 8 bits are calibrated with; track: sequences with ground truth."},
    {"epochs", "100", integer, 1, no, T, "How many times the training goes through the data."},
    {"time", "", number, 0, no, T, "Hours the training may take; the number of epochs follows from it."},
    {"patience", "100", integer, 0, no, T, "Epochs without progress after which training ends; 0 = never."},
    {"batch", "16", number, no, no, T | V | P | E | B, "Pictures per step (predict, track: 1 unless given); -1 or a share below 1 = as many as fit into memory."},
    {"imgsz", "640", image_size, no, no, all, "Side of the network's input in pixels, or [height, width]; raised to a multiple of the stride."},
    {"save", "True", boolean, no, no, T | P, "Write checkpoints (train) or pictures with the results drawn on them (predict, track)."},
    {"save_period", "-1", integer, no, no, T, "Keep an extra checkpoint after every so many epochs; below 1 = none."},
    {"cache", "False", text_or_flag, no, no, T | V, "Keep decoded pictures: True or ram, disk, or False."},
    {"device", "", OptionType::device, no, no, all, "Where to compute: cpu, or the number of a GPU; -1 = the GPU with the most free memory; of exported files also what OpenVINO knows: intel:gpu, intel:npu."},
    {"workers", "8", integer, 0, no, T | V | B, "Threads that read and augment pictures."},
    {"project", "", name, no, no, all, "Folder that run folders are made in."},
    {"name", "", name, no, no, all, "Name of the run folder; unless given, the mode's."},
    {"exist_ok", "False", boolean, no, no, all, "Write into a run folder that is already there instead of a numbered new one."},
    {"pretrained", "True", path_or_flag, no, no, T, "Start from the model's weights; or a file whose weights to start from."},
    {"cls_remap", "True", boolean, no, no, T, "When the number of classes changes, keep the weights of classes whose names match."},
    {"optimizer", "auto", text, no, no, T, "SGD, MuSGD, Adam, Adamax, AdamW, NAdam, RAdam, RMSProp or auto."},
    {"verbose", "True", flag_or_share, no, no, all, "Print a line for every picture or class; benchmark: a number is what each metric must reach."},
    {"seed", "0", integer, 0, no, T, "Start of every random sequence: the same seed gives the same run."},
    {"deterministic", "True", boolean, no, no, never, "Accepted for compatibility: every training gives the same bits in each run."},
    {"single_cls", "False", boolean, no, no, T | V, "Treat all classes as one.", not_classify},
    {"rect", "False", boolean, no, no, T | V | P, "Batches of one shape that is no larger than its pictures need (on unless given in val and predict).", not_classify},
    {"cos_lr", "False", boolean, no, no, T, "Lower the learning rate along a cosine instead of a line."},
    {"close_mosaic", "10", integer, no, no, T, "Number of last epochs without mosaic pictures; 0 = mosaics to the end.", not_classify},
    {"resume", "False", path_or_flag, no, no, T, "Go on with an interrupted training: True, or its checkpoint."},
    {"amp", "True", amp, no, no, T | B, "Mixed precision: True, False, fp16, bf16 or fp32."},
    {"fraction", "1.0", data_share, no, no, T | V | E | B, "Share of the data set to use, or a number of pictures; a list sets train, val and test apart."},
    {"profile", "False", boolean, no, no, P, "Measure each layer of the engine cpu: a table, and NAME_trace.json for Chrome's or Perfetto's trace viewer."},
    {"freeze", "", any, no, no, T, "Layers that are not trained: the first N, or a list of indices or name parts."},
    {"multi_scale", "0.0", fraction, no, no, T, "Vary the input size of each batch by up to this share.", not_classify},
    {"compile", "False", text_or_flag, no, no, never, "Accepted for compatibility: the network runs without a graph compiler."},
    {"channels_last", "", boolean, no, no, never, "Accepted for compatibility: the memory layout is always chosen by the engine."},
    {"overlap_mask", "True", boolean, no, no, T | V, "Keep all objects of a picture in one mask of indices.", segment},
    {"mask_ratio", "4", integer, 1, no, T | V, "By how much ground truth masks are scaled down.", segment},
    {"dropout", "0.0", fraction, no, no, T, "Share of values that the classification head drops in training.", classify},
    {"val", "True", boolean, no, no, T, "Validate after each epoch."},
    {"split", "val", text, no, no, T | V | E | B | track_only, "Part of the data set that is validated: train, val or test.", all_tasks, E},
    {"save_json", "False", boolean, no, no, T | V | P, "Write what is found as JSON: predictions.json in COCO's form (val, train of its best model), predictions.jsonl with a line per picture (predict, track); detect: also mAP by size."},
    {"conf", "", fraction, no, no, V | P | E, "Lowest confidence of a detection: 0.25 in predict, 0.1 in track, 0.001 in val (obb 0.01), 0.25 in a file exported with nms=True.", not_classify},
    {"iou", "0.7", fraction, no, no, T | V | P | E, "Overlap from which non-maximum suppression drops the weaker of two boxes.", not_classify},
    {"max_det", "300", integer, 1, no, T | V | P | E, "Most detections per picture.", not_classify},
    {"quantize", "", precision, no, no, V | P | E | B, "Precision: 32, or 16 bits (bf16 on CPUs that have it); 8, w8a16 and w8a32 are for export."},
    {"dnn", "False", boolean, no, no, V | P, "Run ONNX files with OpenCV's network module: engine=opencv."},
    {"plots", "True", boolean, no, no, T | V, "Draw curves, confusion matrices and sample pictures."},
    {"nms", "", boolean, no, no, E | B, "Put non-maximum suppression into the exported model, with conf, iou, max_det and agnostic_nms as they are given.", not_classify},
    {"source", "", paths, no, no, P, "Picture, video, folder, glob, list, stream, camera number or - for standard input."},
    {"vid_stride", "1", integer, 1, no, P, "Take every n-th frame of a video or stream."},
    {"stream_buffer", "False", boolean, no, no, P, "Keep every frame of a stream in a queue instead of only the newest."},
    {"visualize", "False", boolean, no, no, V | P, "Where the network looked (predict, track: NAME_cam.jpg) or pictures of hits and misses (val)."},
    {"augment", "False", boolean, no, no, V | P, "Test-time augmentation: predict each picture in three sizes (detect only)."},
    {"agnostic_nms", "False", boolean, no, no, V | P | E, "Let boxes of different classes suppress each other.", not_classify},
    {"classes", "", integers, no, no, T | V | P, "Class numbers to keep.", not_classify},
    {"retina_masks", "False", boolean, no, no, P, "Masks in the picture's own resolution.", segment},
    {"embed", "", integers, no, no, P, "Return the pooled features of these layers instead of detections."},
    {"show", "False", boolean, no, no, P, "Show the results in a window."},
    {"save_frames", "False", boolean, no, no, P, "Write every frame of a video as a picture."},
    {"save_txt", "False", boolean, no, no, V | P, "Write one label file per picture."},
    {"save_conf", "False", boolean, no, no, V | P, "Add the confidence to label files."},
    {"save_crop", "False", boolean, no, no, P, "Write a cut-out of every detection.", not_classify},
    {"show_labels", "True", boolean, no, no, T | V | P, "Draw class names."},
    {"show_conf", "True", boolean, no, no, T | V | P, "Draw confidences."},
    {"show_boxes", "True", boolean, no, no, T | V | P, "Draw boxes.", not_classify},
    {"line_width", "", integer, 0, 1000, T | V | P, "Width of drawn lines in pixels, and with it the size of letters; unless given, it follows from the picture's size."},
    {"color_mode", "class", text, no, no, T | V | P, "What colours tell: class (one for each), or instance (neighbours differ, tracked objects keep theirs); track: instance unless given.", not_classify},
    {"font_size", "", integer, 0, 1000, T | V | P, "Height of drawn letters in pixels; unless given, it follows from line_width and the picture's size."},
    {"kpt_radius", "5", integer, 0, 1000, T | V | P, "Radius of drawn keypoints in pixels; 0 = none.", pose},
    {"kpt_line", "True", boolean, no, no, T | V | P, "Draw the limbs between a person's keypoints.", pose},
    {"format", "torchscript", text, no, no, E | B, "Format of the exported model: torchscript, onnx, openvino, ncnn, litert, safetensors, several with commas, or all (benchmark: all unless given)."},
    {"optimize", "False", boolean, no, no, E, "TorchScript: maps lie channels last, which processors compute faster; what else the option stood for (layers fused, no device in the code) every file has."},
    {"dynamic", "False", boolean, no, no, E, "Export with a free batch, height and width."},
    {"simplify", "True", boolean, no, no, E, "Accepted for compatibility: exported ONNX graphs are tidy."},
    {"opset", "", integer, no, no, E, "ONNX operator set of the exported model: 12 to 23, 17 unless given."},
    {"workspace", "", number, no, no, E, "GiB that TensorRT may use while it builds an engine.", all_tasks, E},
    {"lr0", "0.01", fraction, no, no, T, "Learning rate at the start."},
    {"lrf", "0.01", fraction, no, no, T, "Learning rate at the end, as a share of lr0."},
    {"momentum", "0.937", fraction, no, no, T, "Momentum of SGD, first beta of Adam."},
    {"weight_decay", "0.0005", fraction, no, no, T, "Weight decay at the nominal batch."},
    {"warmup_epochs", "3.0", number, 0, no, T, "Epochs in which rate and momentum rise to their values."},
    {"warmup_momentum", "0.8", fraction, no, no, T, "Momentum at the start of the warm-up."},
    {"warmup_bias_lr", "0.1", fraction, no, no, T, "Learning rate of biases at the start of the warm-up."},
    {"distill_model", "", path, no, no, never, "Not in this version: a teacher for knowledge distillation; train refuses it."},
    {"dis", "6.0", number, no, no, never, "Not in this version: the weight of the distillation loss, which belongs to distill_model."},
    {"box", "7.5", number, no, no, T, "Weight of the box loss.", not_classify},
    {"cls", "0.5", number, no, no, T, "Weight of the class loss.", not_classify},
    {"cls_pw", "0.0", fraction, no, no, T, "How strongly rare classes weigh more in the class loss.", not_classify},
    {"dfl", "1.5", number, no, no, T, "Weight of the distribution focal loss.", not_classify},
    {"pose", "12.0", number, no, no, T, "Weight of the keypoint loss.", pose},
    {"kobj", "1.0", number, no, no, T, "Weight of the keypoint visibility loss.", pose},
    {"rle", "1.0", number, no, no, never, "Accepted for compatibility: loss of another family's pose head."},
    {"angle", "1.0", number, no, no, T, "Weight of the angle loss.", obb},
    {"dlog", "1.0", number, no, no, never, "Accepted for compatibility: loss of another family's head."},
    {"dgrad", "0.5", number, no, no, never, "Accepted for compatibility: loss of another family's head."},
    {"dlam", "1.0", fraction, no, no, never, "Accepted for compatibility: loss of another family's head."},
    {"nbs", "64", integer, 1, no, T, "Nominal batch: smaller batches are accumulated up to it."},
    {"hsv_h", "0.015", fraction, no, no, T, "Random change of hue, as a share."},
    {"hsv_s", "0.7", fraction, no, no, T, "Random change of saturation, as a share."},
    {"hsv_v", "0.4", fraction, no, no, T, "Random change of brightness, as a share."},
    {"degrees", "0.0", number, no, no, T, "Random rotation by up to so many degrees.", not_classify},
    {"translate", "0.1", fraction, no, no, T, "Random shift by up to this share of the size.", not_classify},
    {"scale", "0.5", scale_range, no, no, T, "Random zoom by up to this share, or the smallest and the largest factor."},
    {"shear", "0.0", number, no, no, T, "Random shear by up to so many degrees.", not_classify},
    {"perspective", "0.0", fraction, no, no, T, "Strength of random perspective.", not_classify},
    {"flipud", "0.0", fraction, no, no, T, "Probability of turning a picture upside down."},
    {"fliplr", "0.5", fraction, no, no, T, "Probability of mirroring a picture."},
    {"bgr", "0.0", fraction, no, no, T, "Probability of swapping red and blue.", not_classify},
    {"mosaic", "1.0", fraction, no, no, T, "Probability of joining four pictures to one.", not_classify},
    {"mixup", "0.0", fraction, no, no, T, "Probability of blending two pictures.", not_classify},
    {"cutmix", "0.0", fraction, no, no, T, "Probability of pasting a part of another picture.", not_classify},
    {"copy_paste", "0.0", fraction, no, no, T, "Probability of copying outlined objects within a picture (only labels with outlines).", bit(Task::detect) | segment | obb},
    {"copy_paste_mode", "flip", text, no, no, T, "Where copied objects come from: flip (the mirrored picture) or mixup (another one).", bit(Task::detect) | segment | obb},
    {"auto_augment", "randaugment", text, no, no, T, "Augmentation policy: randaugment, autoaugment, augmix or none.", classify},
    {"erasing", "0.4", fraction, no, no, T, "Probability of erasing a rectangle.", classify},
    {"cfg", "", path, no, no, all, "YAML file with options; what stands on the command line itself wins."},
    {"tracker", "tracktrack.yaml", path, no, no, track_only, "File that names a tracker and its settings."},
    {"engine", "cpu", text, no, no, V | P | B, "What computes the network: cpu, torch (LibTorch), or reference (plain and slow, to compare with); of exported files onnxruntime, openvino, opencv, litert or torch."},
    {"coco", "False", boolean, no, no, V, "Evaluate as COCO does too, and print both figures.", bit(Task::detect) | bit(Task::segment) | bit(Task::pose)},
    {"match", "name", text, no, no, V, "Which class of the model is which of the data set: by name, or by number, whatever the names."},
    {"head", "decoded", text, no, no, E, "Outputs of an exported model: decoded, or raw, the head's maps as NCNN's examples read them.", not_classify},
    {"layout", "nhwc", text, no, no, E, "Input of a LiteRT file: nhwc, as phones' programs have it, or nchw."},
    {"threads", "0", integer, 0, no, all, "Threads for computing; 0 = OMP_NUM_THREADS, else the processors this process may use."},
    {"calibrator", "percentile", text, no, no, E, "How export chooses the ranges of 8 bits: minmax, percentile or entropy."},
    {"quantize_floor", "", number, 0, no, E, "How much of its metric an exported model of 8 bits may lose on data: 0.02 unless given, if data is."},
    {"integer_io", "False", boolean, no, no, E, "LiteRT in 8 bits: the picture goes in and results come out as bytes too, for accelerators without floats: NAME_full_integer_quant.tflite."},
    {"check", "True", boolean, no, no, E, "Run each exported file beside the model before it is kept, and write what was measured into it."},
    {"description", "", text, no, no, E, "What exported files say that the model is; unless given, its name and data."},
    {"author", "", text, no, no, E, "Who exported files say made the model; unless given, what the model says."},
    {"license", "", text, no, no, E, "Licence that exported files name; unless given, the model's own."},
    {"augmentations", "", any, no, no, never, "Not possible here: a list of Python objects; train refuses it."},
    {"detections", "", path, no, no, track_only, "MOTChallenge's text with detections to track, instead of a model and a source."},
    {"save_mot", "False", boolean, no, no, track_only, "Write the tracks of each video, stream or folder of pictures as MOTChallenge's text, mot/NAME.txt.", not_classify},
    {"show_trails", "False", boolean, no, no, track_only, "Draw where each object was in the last 30 frames.", not_classify},
    {"serve", "", text, no, no, P, "Port, or ADDRESS:PORT, of a small web page with the live picture, counts and speed; 127.0.0.1 unless an address is given."},
    {"serve_token", "", text, no, no, P, "What the page of serve asks its readers for; needed for every address but this machine's own."},
    {"region", "", paths, no, no, track_only, "What is counted: x1,y1,x2,y2 (who crosses the line, by direction), three or more points (who is inside, and how long), or a YAML file with several of them.", not_classify},
    {"time_limit", "600", number, 0, no, B, "Seconds that a row of a benchmark may take before it is given up."},
    {"memory_limit", "", number, 0, no, B, "GiB that a row of a benchmark may use before it is given up; unless given, nine tenths of what is free."},
    {"save_dir", "", path, no, no, all, "Run folder, taken as it is: no task, name or number is added."},
};
// clang-format on

}  // namespace

std::span<const OptionSpec> option_table() {
    return table;
}

bool is_own_option(std::string_view name) {
    constexpr std::array drawing = {"color_mode", "font_size", "kpt_radius", "kpt_line"};
    if (std::ranges::find(drawing, name) != drawing.end()) return true;
    // The others stand together at the end, between the field's last key and the last line of args.yaml.
    const auto named = [](std::string_view key) {
        return std::ranges::find_if(table, [key](const OptionSpec& option) { return option.name == key; });
    };
    const auto place = named(name);
    return place > named("tracker") && place < named("save_dir");
}

const OptionSpec* find_option(std::string_view name) {
    for (const OptionSpec& option : table) {
        if (option.name == name) return &option;
    }
    return nullptr;
}

}  // namespace yolo
