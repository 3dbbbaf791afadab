#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# usage: find_package.sh SOURCE_DIR BINARY_DIR CMAKE COMPILER     exits with 77 when there is no checkpoint to run with
set -euo pipefail
source_dir=$1 binary_dir=$2 cmake=$3 compiler=$4
golden=${YOLO_GOLDEN_DIR:-$source_dir/../shared/golden}
scratch=$binary_dir/scratch/install
prefix=$scratch/moved

fail() {
    echo "find_package: $*" >&2
    exit 1
}

rm -rf "$scratch"
mkdir -p "$scratch"
"$cmake" --install "$binary_dir" --prefix "$scratch/installed" >"$scratch.log" || fail "see $scratch.log"
mv "$scratch/installed" "$prefix" # nothing in the tree may know where it was installed

env -u LD_LIBRARY_PATH "$prefix/bin/yolo" version
if readelf -d "$prefix"/lib*/libyolo.so "$prefix/bin/yolo" | grep -E 'R(UN)?PATH' | grep -F "$source_dir"; then
    fail "the installed files look for libraries in the source tree"
fi

for example in predict track count; do
    "$cmake" -G Ninja -S "$source_dir/examples/$example" -B "$scratch/$example" -DCMAKE_PREFIX_PATH="$prefix" \
        -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_CXX_FLAGS="-Wall -Wextra -Werror"
    "$cmake" --build "$scratch/$example"
done

if [ ! -d "$golden/model" ]; then
    if [ -n "${CI:-}" ]; then fail "no folder $golden/model in CI"; fi
    echo "find_package: built, but not run: no folder $golden/model (set YOLO_GOLDEN_DIR)"
    exit 77
fi
for model in "$golden"/model/*/model.pt; do
    "$scratch/predict/predict" "$model" "$source_dir/examples/images" >"$scratch/output.txt" || fail "predict failed with $model"
    pictures=$(find "$source_dir/examples/images" -name '*.jpg' -o -name '*.png' | wc -l)
    # One line for each picture that starts with its path.
    found=$(grep -c "^$source_dir/examples/images/" "$scratch/output.txt") || true
    [ "$found" -eq "$pictures" ] || fail "$model: results for $found of $pictures pictures"
    [ ! -x "$scratch/predict/predict_matrix" ] || "$scratch/predict/predict_matrix" "$model" | grep -q '^640x480: ' ||
        fail "predict_matrix failed with $model"
done

# A folder of pictures is a sequence.
model=$golden/model/detect/model.pt
"$scratch/track/track" "$model" "$source_dir/examples/images" bytetrack.yaml >"$scratch/output.txt" || fail "track failed"
grep -q "^$pictures frames, " "$scratch/output.txt" || fail "track: $(tail -1 "$scratch/output.txt")"
"$scratch/count/count" "$model" "$source_dir/examples/images" >"$scratch/output.txt" || fail "count failed"
grep -qE '^corner: [0-9]+ in, [0-9]+ out, [0-9]+ inside' "$scratch/output.txt" || fail "count: $(tail -1 "$scratch/output.txt")"
