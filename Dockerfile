# docker build -t ratslotse .
# docker run --rm -v ratslotse:/data ratslotse ratslotse index
# docker run -v ratslotse:/data -p 127.0.0.1:8000:8000 ratslotse
# More, with a read-only file system and own documents: docs/installation.md

FROM debian:bookworm-slim AS python
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates python3 python3-venv tesseract-ocr tesseract-ocr-deu \
    && rm -rf /var/lib/apt/lists/*

FROM python AS build
ARG TORCH_CPU_INDEX=https://download.pytorch.org/whl/cpu
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /app
COPY requirements-torch.txt requirements.lock scripts/check_torch.py /build/
RUN python3 -m venv /venv \
    && /venv/bin/python -m pip install --no-deps --retries 0 ${TORCH_CPU_INDEX:+--extra-index-url "$TORCH_CPU_INDEX"} \
        -r /build/requirements-torch.txt \
    && /venv/bin/python /build/check_torch.py
RUN /venv/bin/python -m pip install --no-deps --require-hashes -r /build/requirements.lock
COPY pyproject.toml LICENSE ./
COPY indexer/ indexer/
COPY service/ service/
COPY prompts/ prompts/
COPY corpus/ corpus/
# Bytecode now: the program may not write it later.
RUN /venv/bin/python -m pip install --no-deps --no-build-isolation -e . \
    && /venv/bin/python -m compileall -q indexer service

FROM python
RUN useradd --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin ratslotse \
    && install -d -o ratslotse -g ratslotse /data
COPY --from=build /venv/ /venv/
COPY --from=build /app/ /app/
WORKDIR /app
ENV PATH=/venv/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    RATSLOTSE_INDEX=/data/index HF_HOME=/data/models
VOLUME /data
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python3", "-c", "import urllib.request as u; u.build_opener(u.ProxyHandler({})).open('http://127.0.0.1:8000/health/live', timeout=4)"]
CMD ["ratslotse", "serve", "--host", "0.0.0.0"]
