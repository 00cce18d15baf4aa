### cli: la línea de órdenes.

help = El correo por dentro: un laboratorio de SMTP, TLS, AUTH y Postfix.
help-usage = Uso
help-arguments = Argumentos
help-options = Opciones
help-commands = Órdenes
help-any-options = {"["}OPCIONES]
help-any-command = ORDEN
help-value-lesson = LECCIÓN
help-value-directory = CARPETA
help-value-file = FICHERO
help-value-files = FICHERO
help-value-parameters = PARÁMETRO
help-value-shell = SHELL
help-help = Muestra esta ayuda.
help-version = Muestra la versión.
help-lang = Idioma: es o en. Si no, el de LAB_LANG, LC_ALL, LC_MESSAGES o LANG.
help-theme = Colores del menú y de las lecciones: auto, dark, light, mono o contrast.
help-plain = Menú y lecciones como texto seguido, sin mover el cursor.
help-present = Proyecta en clase las lecciones que elijas.
help-no_mouse = Deja el ratón para la terminal.

help-run = Hace una lección.
help-run-lesson = Identificador de la lección (caso5) o ruta de un fichero .toml.
help-run-step = Empieza por este paso: su número o su identificador.
help-run-fresh = Empieza de cero; lo hecho se aparta, no se borra.
help-run-auto = Enseña la solución de referencia, sin preguntas.
help-run-plain = Texto seguido, sin mover el cursor: para lectores de pantalla, tuberías y terminales simples.
help-run-json = Un objeto JSON por línea: todo lo que pasa, con los pasos y los objetivos.
help-run-wire = Con --json: también los bytes del cable.
help-run-theme = Colores: auto, dark, light, mono o contrast.
help-run-present = Para proyectar en clase: letra grande, lo justo en pantalla.
help-run-speed = Velocidad de --auto, de 0.25 a 8.
help-run-no_mouse = Deja el ratón para la terminal.
help-run-seed = Semilla del azar: con la misma, todo se repite igual.
help-run-listen = Deja que programas de fuera (swaks, openssl, Thunderbird) llamen al servidor de la lección.
help-run-smtp = Con --listen: dónde escucha el servicio del puerto 25, u off.
help-run-submission = Con --listen: dónde escucha el servicio del puerto 587, u off.
help-run-submissions = Con --listen: dónde escucha el servicio del puerto 465, u off.

help-list = Lista las lecciones, con lo que llevas hecho.
help-list-json = En JSON.
help-lesson = Para quien escribe lecciones.
help-lesson-check = Busca todas las faltas de un fichero de lección.
help-lesson-check-files = Los ficheros .toml.
help-lesson-new = Escribe una lección de ejemplo, comentada.
help-lesson-new-file = El fichero que se crea.
help-lesson-watch = Enseña una lección mientras la escribes: otra vez cada vez que guardas, o sus fallos.
help-lesson-watch-file = El fichero .toml.
help-serve = Pone el servidor de una lección, o tu propia configuración de Postfix, en puertos locales de verdad.
help-serve-lesson = La lección cuyo servidor quieres; si no dices cuál, la que tienes entre manos.
help-serve-client = Como quién cuentan los que llaman: el nombre de un cliente de la lección. Sin esto, como lo que son.
help-serve-postfix = Carpeta con main.cf y, si quieres, master.cf, sus tablas, users, zone y dovecot.conf.
help-serve-smtp = Dónde escucha el servicio del puerto 25, u off.
help-serve-submission = Dónde escucha el servicio del puerto 587, u off.
help-serve-submissions = Dónde escucha el servicio del puerto 465, u off.
help-serve-log = Escribe el registro de correo en este fichero y no en stderr.
help-serve-ready_file = Crea este fichero cuando el servidor está listo.
help-postconf = Enseña parámetros y servicios como lo hace postconf.
help-postconf-set = Lo que pone el main.cf de esta carpeta.
help-postconf-in_force = Los parámetros que valen con esta carpeta.
help-postconf-defaults = Los valores por defecto de Postfix.
help-postconf-services = Los servicios de su master.cf.
help-postconf-overrides = Lo que sus servicios ponen con -o.
help-postconf-parameters = Solo estos parámetros.
help-export = Saca fuera lo que has hecho en una lección.
help-export-postfix = Escribe tu configuración final: main.cf, master.cf, tablas, diferencias y un README.
help-export-postfix-lesson = La lección: su nombre (caso5) o la ruta de un fichero .toml.
help-export-postfix-directory = La carpeta, nueva o vacía; si no la das, postfix-LECCIÓN.
help-export-postfix-step = El paso cuya configuración quieres: su número o su nombre; si no lo das, el último conseguido.
help-export-postfix-solution = La solución de referencia en vez de lo tuyo.
help-doctor = Mira qué pueden esta terminal y este ordenador.
help-config = El fichero de ajustes: idioma, colores y teclas.
help-config-path = Dice dónde está.
help-config-print = Escribe los ajustes en vigor, con todas las teclas: sirve de modelo.
help-config-check = Busca todas las faltas del fichero.
help-notes = Sigue en otra terminal lo que se presenta: notas, paso siguiente, tiempo.
help-notes-process = El proceso que presenta, si hay varios.
help-notes-plain = Texto seguido, sin mover el cursor; es la forma automática si la salida no es una terminal.
help-notes-theme = Colores: auto, dark, light, mono o contrast.
help-value-process = PROCESO
help-completions = Escribe el autocompletado para tu intérprete de órdenes.
help-completions-shell = bash, zsh, fish, elvish o powershell.
help-man = Escribe la página de manual.
help-schema = Escribe el esquema JSON de los ficheros de lección.

usage-help = Con --help tienes la ayuda.
usage-unknown-argument = No conozco la opción «{ $what }».
usage-unexpected = No sé qué hacer con «{ $what }».
usage-unknown-command = No conozco la orden «{ $what }».
usage-missing = Falta: { $what }
usage-twice = «{ $what }» solo puede ir una vez.
usage-value = «{ $value }» no vale para { $what }.
usage-values = Vale: { $what }
usage-for-the-menu = «{ $what }» delante de una orden no vale: escríbela detrás, como en «lab run caso5 { $what }».
did-you-mean = ¿Querías decir «{ $what }»?

no-such-lesson = No hay ninguna lección «{ $lesson }».
lessons-are = Hay estas: { $ids }. «lab list» cuenta más.
no-such-step = La lección { $lesson } no tiene el paso «{ $step }»: van del 1 al { $count }.
cannot-read = No puedo leer { $file }: { $problem }
cannot-write = No puedo escribir { $file }: { $problem }
file-exists = { $file } ya existe, y no escribo encima.
lesson-written = { $file }: listo. Pruébalo con «lab run { $file }».
lesson-watched = Guarda el fichero para volver a comprobarlo; Ctrl-C para salir.
wire-needs-json = --wire solo tiene sentido con --json.
cannot-go-on = no puedo seguir: { $problem }
internal-error = error interno: { $problem }
wrong-filter = LAB_LOG: «{ $filter }» no vale. Escribe un nivel (off, error, warn, info, debug, trace) o parte=nivel: smtp_lab::world=debug
no-diagnostics = LAB_LOG: no puedo escribir el diagnóstico ({ $problem }).
no-world = no puedo poner en marcha el mundo de la lección: { $problem }
no-terminal = no puedo usar la terminal: { $problem }. Prueba con --plain.
no-keyboard = la entrada no es una terminal. Con --plain o --auto no hace falta.
no-utf8 = esta terminal no escribe UTF-8. Prueba con LC_ALL=C.UTF-8, o con --plain.
progress-not-kept = no puedo guardar lo que hagas ({ $problem }). Sigo sin guardarlo. Para conservarlo, da permiso de escritura ahí o pon en XDG_STATE_HOME una carpeta tuya.
progress-without-room = no hay sitio para guardar lo que hagas ({ $problem }). La lección sigue: haz sitio ahí y se guarda en el paso siguiente.
progress-without-locks = { $directory } está en un disco sin bloqueo de ficheros (¿una carpeta de red?). Lo que hagas se guarda igual; no hagas la misma lección en dos ventanas a la vez.
progress-later = el fichero con lo que llevabas hecho es de una versión posterior del laboratorio ({ $file }). No lo toco y sigo sin guardar.
progress-put-away = empiezas de cero. Lo de antes queda en { $file }
progress-damaged = el fichero con lo que llevabas hecho está estropeado. Lo aparto en { $file } y empiezas de cero.

man-exit-status =
    0: objetivos cumplidos, o hecho lo que se pedía
    1: objetivos sin cumplir, o te fuiste antes
    2: uso incorrecto
    3: el entorno no sirve: sin terminal, carpeta sin permiso de escritura, disco lleno
    4: fichero de lección con faltas
    70: error interno
    130: interrumpido
man-files =
    $XDG_CONFIG_HOME/lab/config.toml: idioma, colores y teclas; sin la variable, bajo ~/.config
    $XDG_STATE_HOME/lab/progress: lo que llevas hecho en cada lección; sin la variable, bajo ~/.local/state
    $XDG_STATE_HOME/lab/lab.log: el diagnóstico, si lo pide LAB_LOG (LAB_LOG=debug)

menu-title = lab: el correo por dentro
menu-next = Para empezar: lab run { $lesson }
menu-question = ¿Qué lección? Intro para { $lesson }, q para salir:
list-facts = { $minutes ->
        [one] 1 minuto
       *[other] { $minutes } minutos
    } · { $steps ->
        [one] { $solved } de 1 paso hecho
       *[other] { $solved } de { $steps } pasos hechos
    }
list-after = antes: { $lessons }

config-about =
    Ajustes de lab. Quita lo que no cambies: lo que no está aquí queda como viene.
    Una tecla es una letra, F1 a F24, Enter, Esc, Tab, Space, Up, PageDown…,
    con Ctrl-, Alt- o Shift- delante si hace falta. Una lista vacía no deja ninguna.
config-none = { $file }: no existe; todo queda como viene. «lab config print» da un modelo.
config-no-home = no sé dónde buscar los ajustes: no hay ni $XDG_CONFIG_HOME ni $HOME.
config-unreadable = no puedo leer los ajustes. { $problem }

notes-none = no se está presentando nada en este ordenador. Empieza con «lab run LECCIÓN --present», o con F5 dentro de la lección.
notes-misunderstood = lo que presenta habla de otra manera: es otra versión de lab. Usa la misma en los dos terminales.
notes-several = hay varias presentaciones. Elige una:
  { $commands }
notes-over = La presentación ha terminado.
notes-nowhere = seguir una presentación solo es posible en sistemas Unix.
notes-title = notas
notes-clock = { $time } · en este paso { $step }{" "}
notes-answer = La respuesta: { $answer }
notes-nothing = Este paso no trae notas.
notes-goals = Objetivos: { $reached } de { $goals }
notes-next = Después: { $step }
notes-last = Es el último paso.
notes-scroll = mover
notes-plain-keys = Intro: objetivos y tiempo; q e Intro: salir.

doctor-fine = bien
doctor-fault = MAL
doctor-version = versión
doctor-variables = entorno
doctor-terminal = terminal
doctor-clipboard = portapapeles
doctor-unicode = caracteres
doctor-language = idioma
doctor-config = ajustes
doctor-state = lo que llevas hecho se guarda en
doctor-lessons = lecciones
doctor-world = un mundo de prueba
doctor-loopback = puertos locales
doctor-note = OJO
doctor-colours = colores
doctor-clock = reloj
doctor-ports = puertos ocupados
doctor-others = también en marcha
doctor-advice-dumb = Esta terminal solo escribe líneas: las lecciones se cuentan así (--plain).
doctor-advice-size = Agranda la ventana hasta 60x16 por lo menos (mejor 80x24), o usa --plain.
doctor-advice-tmux = Para que «y» copie, pon en ~/.tmux.conf: set -s set-clipboard on
doctor-advice-screen = screen no deja pasar lo que «y» copia: selecciona con el ratón y Mayúsculas.
doctor-advice-utf8 = Elige una configuración regional con UTF-8: export LC_ALL=C.UTF-8
doctor-advice-home = Di dónde está tu carpeta: export HOME=… (o XDG_STATE_HOME y XDG_CONFIG_HOME).
doctor-advice-config = «lab config check» dice cada fallo con su línea.
doctor-advice-state = Las lecciones funcionan, pero nada se guarda. Da permiso de escritura ahí, o elige otra carpeta: export XDG_STATE_HOME=…
doctor-advice-locks = Este disco no tiene bloqueo de ficheros (¿NFS sin su servicio de bloqueos?). Lo que haces se guarda igual. No hagas la misma lección en dos ventanas a la vez: una podría pisar lo que guarda la otra.
doctor-advice-full = El disco está lleno, o has gastado la parte que te toca. Haz sitio (du -sh ~/* ~/.[!.]* | sort -h enseña qué lo ocupa) o elige otra carpeta: export XDG_STATE_HOME=…
doctor-advice-clock = El reloj está atrasado: otros programas no darán por buenos los certificados de «lab serve». Ponlo en hora.
doctor-advice-ports = «lab serve» y --listen los usan: cierra el programa que los tiene (¿otro «lab serve»?) o elige otros con --smtp, --submission y --submissions.
doctor-advice-others = Tener una lección abierta dos veces no pierde nada: se guarda lo que haces en cualquiera de las dos. Para cerrar una, pulsa q en ella, o: kill NÚMERO

serve-bad-address = { $address } no es una dirección con puerto, como 127.0.0.1:2525 o [::1]:2525. Con «off» ahí no escucha nadie.
serve-not-loopback = a { $address } se podría llegar desde otros ordenadores. lab solo escucha en direcciones locales, como 127.0.0.1 y ::1.
serve-cannot-listen = no puedo escuchar en { $address }: { $problem }
serve-port-taken = no puedo escuchar en { $address }: ese puerto lo tiene otro programa (quizá otro «lab serve»: «lab doctor» lo dice). Ciérralo, o elige otro puerto con --smtp, --submission o --submissions.
serve-port-reserved = no puedo escuchar en { $address }: { $problem }. Los puertos por debajo de 1024 son del administrador; elige uno más alto con --smtp, --submission o --submissions.
serve-cannot-start = no puedo arrancar el servidor: { $problem }
serve-no-client = en esta lección no hay ningún cliente «{ $client }». Hay: { $clients }.
serve-no-service = { $service }: master.cf no tiene ese servicio, así que ahí no escucha nadie.
serve-not-imitated = { $file }:{ $line }: lab no imita { $name }; aquí no tiene efecto.
serve-fault = { $file }:{ $line }: { $words }
serve-nothing = no escucharía nadie: los tres servicios están en off o no están en master.cf.

## lab export
export-written = { $folder }: ahí tienes tu configuración, tal como acabaste el paso { $step }. Empieza por README.md.
export-nothing = De { $lesson } no hay guardado ningún paso conseguido. Consigue uno con «lab run { $lesson }», o pide la solución de referencia con --solution.
export-not-empty = { $folder } no está vacía, y no escribo encima. Da otra carpeta.
take-home-users = Los buzones del laboratorio, en el formato passwd-file de Dovecot, sin contraseñas.
    Para que alguien pueda entrar: nombre:{"{PLAIN}"}contraseña
take-home-readme = # { $lesson }: tu configuración

    Es la de { $host }, tal como dejaste el paso { $number } («{ $step }»).

    - `main.cf`, `master.cf` y las tablas que nombran van en `/etc/postfix`;
      `aliases`, si está, en `/etc/aliases`.
    - `dovecot.conf` son los trozos de `/etc/dovecot/conf.d` que hacen falta para AUTH.
    - `changes.diff` es la diferencia con el comienzo de la lección.
    - `users` son los buzones, sin contraseñas; en un servidor Debian son cuentas del sistema.
    - `zone` es el DNS del laboratorio: solo sirve para `lab serve`.

    ## Pruébala

    ```sh
    lab serve --postfix .        # el servidor del laboratorio con estos ficheros
    postconf -c . -n             # lo que un Postfix de verdad lee en ellos
    ```

    ## En un servidor de verdad

    1. Cambia nombres, dominios y direcciones: los de aquí son de documentación.
    2. Copia los ficheros y haz el índice de cada tabla `hash:` con `postmap`, y el de
       `/etc/aliases` con `newaliases`.
    3. Los certificados que nombra `main.cf` tienen que existir, con su clave en 0600.
    4. `postfix check`, `systemctl reload postfix`, y mira el registro:
       `journalctl -u postfix@-` (`/var/log/mail.log` donde haya rsyslog).
    5. Antes de abrir el puerto 25 a Internet, prueba desde fuera que no reenvía a extraños.
take-home-commands = ## Lo mismo, con órdenes

    Desde la configuración con que empieza la lección:
take-home-unchanged = La configuración es la misma con que empieza la lección.
