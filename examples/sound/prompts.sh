#!/usr/bin/env bash
# Trains WaveGAN on the prompts of asterisk-core-sounds-en-wav; see README.md.
#
# usage: prompts.sh [SECONDS]      300 unless told. GAN=PATH for another command than build/bin/gan
set -euo pipefail
cd "$(dirname "$0")"
gan=${GAN:-../../build/bin/gan}
mkdir -p prompts
cd prompts
[ "${gan:0:1}" = / ] || gan=../$gan

if [ ! -d recordings ]; then
  apt-get download asterisk-core-sounds-en-wav
  dpkg-deb -x asterisk-core-sounds-en-wav_*.deb recordings
fi
options='{"rate": 8000, "length": 4096, "cut": "pieces", "normalize": true}'
settings=(--preset wavegan)
[ ! -e run/checkpoint.safetensors ] || settings=(--resume)
"$gan" train --data recordings/usr/share/asterisk/sounds --data-options "$options" "${settings[@]}" --out run \
  --steps 1000000 --seconds "${1:-300}" --interval 200
"$gan" sample run --count 32 --out heard
"$gan" sample run --count 32 --out seen.png
