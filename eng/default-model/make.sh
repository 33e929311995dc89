#!/usr/bin/env bash
# Makes the default model: collects the texts, distils the teacher, aligns the languages, stores the weights as bytes.
#     eng/default-model/make.sh DATA_FOLDER TEACHER WORK_FOLDER
# DATA_FOLDER holds the data sets that collect-texts.cs names, TEACHER is multilingual-e5-small-cjk (a folder with its GGUF file). The model is
# WORK_FOLDER/model. (The one in models/ took its vocabulary from twice as many texts, and learned from these.) An interrupted run goes on when started again: the teacher's vectors and the training's checkpoints are kept.
set -euo pipefail
data=$1 teacher=$2 work=$3
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
akin="$here/../../akin"

mkdir -p "$work"
[ -s "$work/texts.jsonl" ] || dotnet run -c Release "$here/collect-texts.cs" -- "$data" "$work/texts.jsonl" "$work/translations.jsonl"
"$akin" train distill --teacher "$teacher" --student-layers 0,3,7,11 --intermediate-size 256 --vocabulary 32000 --texts "$work/texts.jsonl" \
    --teacher-vectors "$work/teacher.vectors" --epochs 3 --batch-size 128 --learning-rate 2e-3 --save-steps 500 --output "$work/student" --resume
"$akin" model align --model "$work/student" --input "$work/translations.jsonl" --columns en,ko,zh --output "$work/aligned"
"$akin" model convert --model "$work/aligned" --weights int8 --output "$work/model"
