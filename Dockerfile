# The portal as it runs in production. The database, the queue and the mail server are other images;
# docker-compose.yml puts them together.

FROM node:24-trixie-slim AS front-end
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund

FROM python:3.13-slim-trixie AS packages
COPY runtime.lock /
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --no-deps -r /runtime.lock

FROM python:3.13-slim-trixie AS portal
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --create-home portal \
    && install -d -o portal -g portal /var/lib/portal /var/lib/portal/media
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PRODUCTION=1 \
    STATE_DIR=/var/lib/portal \
    STATIC_ROOT=/app/collected \
    PORT=8000
WORKDIR /app
COPY --from=packages /venv /venv
COPY . .
COPY --from=front-end /app/node_modules node_modules
# Names and compresses the static files. The settings insist on their variables; none of these values stays.
RUN python -m compileall -q /app /venv/lib \
    && SECRET_KEY=build FIELD_KEYS=build PORTAL_URL=https://build ALLOWED_HOSTS=build \
       DATABASE_URL=postgres://build@build/build CACHE_URL=locmemcache:// CELERY_BROKER_URL=redis://build \
       EMAIL_URL=dummymail:// python manage.py collectstatic --noinput --verbosity 0
USER portal
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s \
    CMD ["python", "-m", "portal.launcher", "probe", "/healthz"]
CMD ["gunicorn", "portal.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", \
     "--threads", "8", "--worker-tmp-dir", "/dev/shm", "--no-control-socket", "--graceful-timeout", "30", \
     "--access-logfile", "-"]
