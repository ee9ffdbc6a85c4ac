# The bot in an image: `docker build -t lanka .`, then see docs/operations.md.
# Nothing in it is secret; settings come from the environment, data lies in the volume /data.

FROM python:3.11-slim-bookworm AS build
WORKDIR /app
COPY pyproject.toml requirements.lock ./
COPY .ci/runtime_requirements.py .ci/
# Only what the running program needs, each file checked against the lock's hashes.
RUN python .ci/runtime_requirements.py > runtime.lock \
    && python -m venv --without-pip /venv \
    && python -m pip --python /venv install --no-cache-dir --disable-pip-version-check \
        --no-deps --only-binary :all: --require-hashes -r runtime.lock \
    && python -m pip --python /venv check
COPY bot bot
COPY dialogs dialogs
COPY storage storage
COPY domain domain
COPY simulator simulator
COPY locales locales
COPY content content
RUN rm -r .ci pyproject.toml requirements.lock runtime.lock \
    && /venv/bin/python -m compileall -q bot dialogs storage domain simulator

FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin lanka \
    && install --directory --owner lanka --group lanka --mode 0700 /data
COPY --from=build /venv /venv
COPY --from=build /app /app
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    DATABASE_URL=sqlite+aiosqlite:////data/lanka.sqlite3 \
    CACHE_DIR=/data/cache \
    MPLCONFIGDIR=/data/cache/matplotlib
WORKDIR /app
USER lanka
VOLUME /data
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=2 \
    CMD ["python", "-m", "bot", "health"]
# SIGTERM ends it quietly: handlers that run are awaited, what was claimed is given back.
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
